use super::*;
use crate::units::SimTime;
use crate::world::stream::stream;
use crate::world::theory::{SCORE, assert_follows, normal_cumulative};
use std::sync::Arc;

use super::super::model::LengthBin;

fn sizes(input: Lengths, output: Lengths) -> CallSizes {
    CallSizes { input, output, cached_share: 0.0, thinking_share: 0.0, web_search_share: 0.0 }
}

fn log_normal(median: f64, sigma: f64) -> Lengths {
    Lengths::LogNormal { median, sigma, most: 2_000_000_000 }
}

/// `count` calls of one minute.
fn draw_calls(sizes: &CallSizes, minute: u64, count: usize) -> Vec<Call> {
    let call = Call {
        at: SimTime::ZERO,
        input_tokens: 0,
        output_tokens: 0,
        cached_tokens: 0,
        estimated_output_tokens: 0,
        tenant: 0,
        flags: CallFlags::NONE,
    };
    let mut calls = vec![call; count];
    let mut tables = SizeTables::default();
    tables.prepare(sizes);
    let mut generator = stream(4, 0, 1, "calls");
    generator.set_stream(minute);
    fill_sizes(sizes, &tables, &mut generator, &mut calls);
    fill_cached(sizes.cached_share, &mut calls);
    calls
}

#[test]
fn both_lengths_of_a_call_follow_their_laws_and_know_nothing_of_each_other() {
    let sizes = sizes(log_normal(5e6, 1.2), log_normal(3e6, 0.4));
    // Minutes of every size of part: small, medium, whole, several.
    let minutes = [3, 8, 12, 31, 32, 77].iter().cycle().take(1_200).enumerate();
    let calls: Vec<Call> =
        minutes.flat_map(|(minute, &count)| draw_calls(&sizes, minute as u64, count)).collect();
    let normals = |tokens: fn(&Call) -> u32, median: f64, sigma: f64| -> Vec<f64> {
        calls.iter().map(|call| libm::log(f64::from(tokens(call)) / median) / sigma).collect()
    };
    let mut inputs = normals(|call| call.input_tokens, 5e6, 1.2);
    let mut outputs = normals(|call| call.output_tokens, 3e6, 0.4);
    let products: f64 = inputs.iter().zip(&outputs).map(|(input, output)| input * output).sum();
    let neighbours: f64 = inputs.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let spread = (calls.len() as f64).sqrt();
    assert!((products / spread).abs() < SCORE && (neighbours / spread).abs() < SCORE);
    assert_follows(&mut inputs, normal_cumulative);
    assert_follows(&mut outputs, normal_cumulative);
}

#[test]
fn a_length_does_not_depend_on_how_many_calls_the_arrays_hold() {
    // Nine calls need arrays of sixteen, eight of eight: words come in columns, so the first radius and the whole
    // first column of flags tell.
    let mut generator = stream(4, 0, 1, "calls");
    let mut again = generator.clone();
    let small: [u32; SMALL] = draw_words(&mut generator, 7);
    let whole: [u32; PART] = draw_words(&mut again, 7);
    assert_eq!(small[..7], whole[..7]);
    assert_eq!(generator.next_u32(), again.next_u32());
    assert_eq!((small[7], &whole[7..]), (0, [0; PART - 7].as_slice()));
}

#[test]
fn fixed_lengths_take_no_luck_and_histograms_take_their_own() {
    let bins: Arc<[LengthBin]> = Arc::new([LengthBin { from: 10, to: 19, weight: 1.0 }]);
    let mixed = sizes(Lengths::Fixed(7), Lengths::Histogram(bins));
    let calls = draw_calls(&mixed, 0, 40);
    assert!(calls.iter().all(|call| call.input_tokens == 7 && (10..=19).contains(&call.output_tokens)));
    let both = sizes(Lengths::Fixed(7), Lengths::Fixed(0));
    let mut generator = stream(4, 0, 1, "calls");
    fill_sizes(&both, &SizeTables::default(), &mut generator, &mut calls.clone());
    assert_eq!(generator.get_word_pos(), 0);
}

#[test]
fn the_cache_holds_the_share_rounded_down() {
    let cached = |share: f64, input: u32| {
        let sizes = CallSizes { cached_share: share, ..sizes(Lengths::Fixed(input), Lengths::Fixed(1)) };
        draw_calls(&sizes, 0, 1)[0].cached_tokens
    };
    assert_eq!((cached(0.5, 101), cached(0.0, 101), cached(1.0, 101)), (50, 0, 101));
    // Awkward: 0.29 · 100 in floats is 28.999999999999996; the largest input there is.
    assert_eq!((cached(0.29, 100), cached(0.999_999_999, u32::MAX)), (29, 4_294_967_290));
    assert_eq!(cached(0.07, 1_300), 91);
}

#[test]
fn thinking_and_searching_come_with_their_probabilities_and_apart() {
    let shares = CallSizes {
        thinking_share: 0.3,
        web_search_share: 0.05,
        ..sizes(Lengths::Fixed(1), Lengths::Fixed(1))
    };
    let calls: Vec<Call> = (0..500).flat_map(|minute| draw_calls(&shares, minute, 40)).collect();
    let counted = |is: fn(&Call) -> bool, chance: f64| {
        let count = calls.iter().filter(|call| is(call)).count() as f64;
        let expected = chance * calls.len() as f64;
        assert!(((count - expected) / (expected * (1.0 - chance)).sqrt()).abs() < SCORE, "{count}");
    };
    counted(|call| call.flags.is_thinking(), 0.3);
    counted(|call| call.flags.is_web_search(), 0.05);
    counted(|call| call.flags.is_thinking() && call.flags.is_web_search(), 0.015);
    let always = CallSizes { thinking_share: 1.0, web_search_share: 0.0, ..shares };
    assert!(draw_calls(&always, 0, 40).iter().all(|call| call.flags == CallFlags::THINKING));
}
