//! Markov chains in continuous time: what stock, start-ups and placement are when all their luck is memoryless.

/// Mean times in and out of stock, in hours.
#[derive(Clone, Copy)]
pub(crate) struct OnOff {
    pub(crate) on: f64,
    pub(crate) off: f64,
}

/// Where a stock begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Begins {
    In,
    Out,
    Stationary,
}

impl OnOff {
    /// The stock as a scenario writes it.
    pub(crate) fn ron(self, begins: Begins) -> String {
        format!(
            "OnOff(on: \"{}s\", off: \"{}s\", initial: {begins:?})",
            (self.on * 3_600.0).round(),
            (self.off * 3_600.0).round()
        )
    }

    /// λ, the rate of leaving stock.
    pub(crate) fn leaving(self) -> f64 {
        1.0 / self.on
    }

    /// μ, the rate of returning.
    pub(crate) fn returning(self) -> f64 {
        1.0 / self.off
    }

    /// μ/(λ+μ), the share of time in stock in the long run.
    pub(crate) fn share(self) -> f64 {
        self.on / (self.on + self.off)
    }

    /// Probability of being in stock at the beginning.
    fn in_at_first(self, begins: Begins) -> f64 {
        match begins {
            Begins::In => 1.0,
            Begins::Out => 0.0,
            Begins::Stationary => self.share(),
        }
    }

    /// Probability of being in stock after `hours`.
    pub(crate) fn in_after(self, begins: Begins, hours: f64) -> f64 {
        let forgotten = (-(self.leaving() + self.returning()) * hours).exp();
        self.share() + (self.in_at_first(begins) - self.share()) * forgotten
    }

    /// ∫ P(in stock at t) dt over `[0, hours)`.
    pub(crate) fn hours_in(self, begins: Begins, hours: f64) -> f64 {
        let rate = self.leaving() + self.returning();
        let transient = (1.0 - (-rate * hours).exp()) / rate;
        self.share() * hours + (self.in_at_first(begins) - self.share()) * transient
    }

    /// What rounding instants up to whole seconds adds to [`Self::hours_in`]: every withdrawal comes half a second
    /// late on average and so does every return, so only the difference of their numbers counts, which is never more
    /// than one: half a second per run at most, however long it is.
    pub(crate) fn rounding(self, begins: Begins, hours: f64) -> f64 {
        (self.in_at_first(begins) - self.in_after(begins, hours)) * 0.5 / 3_600.0
    }
}

/// A chain by its rates per hour: (from, to, rate).
pub(crate) struct Chain<const STATES: usize>(pub(crate) Vec<(usize, usize, f64)>);

impl<const STATES: usize> Chain<STATES> {
    /// Expected hours in each state over `[0, hours)` when beginning in `first`: p′ = pQ, integrated with the classical
    /// Runge-Kutta method in steps so short that its error is far below any simulation's.
    pub(crate) fn hours_in(&self, first: usize, hours: f64) -> [f64; STATES] {
        let fastest = self.0.iter().map(|(_, _, rate)| *rate).fold(0.0, f64::max);
        let steps = (hours * fastest * 50.0).ceil() as usize;
        let step = hours / steps as f64;
        let (mut chances, mut spent) = ([0.0; STATES], [0.0; STATES]);
        chances[first] = 1.0;
        for _ in 0..steps {
            let first_slope = self.flow(chances);
            let second_slope = self.flow(along(chances, first_slope, step / 2.0));
            let third_slope = self.flow(along(chances, second_slope, step / 2.0));
            let fourth_slope = self.flow(along(chances, third_slope, step));
            for state in 0..STATES {
                let inner = first_slope[state] + second_slope[state] + third_slope[state];
                // The same weights integrate the chances themselves (Simpson's rule).
                spent[state] += step * (chances[state] + step / 6.0 * inner);
                let outer = first_slope[state] + fourth_slope[state];
                chances[state] += step / 6.0 * (outer + 2.0 * (second_slope[state] + third_slope[state]));
            }
        }
        spent
    }

    /// How fast each chance grows.
    fn flow(&self, chances: [f64; STATES]) -> [f64; STATES] {
        let mut flow = [0.0; STATES];
        for &(from, to, rate) in &self.0 {
            flow[from] -= chances[from] * rate;
            flow[to] += chances[from] * rate;
        }
        flow
    }
}

fn along<const STATES: usize>(from: [f64; STATES], slope: [f64; STATES], step: f64) -> [f64; STATES] {
    std::array::from_fn(|state| from[state] + step * slope[state])
}

#[test]
fn the_integrated_chain_is_the_closed_form() {
    let stock = OnOff { on: 10.0, off: 2.0 };
    let chain = Chain::<2>(vec![(0, 1, stock.leaving()), (1, 0, stock.returning())]);
    for (first, begins) in [(0, Begins::In), (1, Begins::Out)] {
        let integrated = chain.hours_in(first, 7.0)[0];
        assert!((integrated - stock.hours_in(begins, 7.0)).abs() < 1e-9, "{begins:?}: {integrated}");
    }
}
