//! Bills as other tools accept them: the FOCUS export by our own checks and by the public validator, the bill of Model
//! Studio by its sums.

mod by_hand;
mod checks;
mod modelstudio;
mod rows;
mod scenarios;
mod validator;
