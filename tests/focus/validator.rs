//! The public validator.
