//! Choices, made by a list of numbers that a test can shrink, or by a seed without an end.

/// A source of choices. A zero is always the simplest one, so that a list that ends leads to small values.
pub(super) struct Tape {
    choices: Vec<u32>,
    at: usize,
    state: Option<u64>,
}

impl Tape {
    /// Makes its choices by a list, and the simplest ones after its end.
    pub(super) fn of(choices: &[u32]) -> Self {
        Self {
            choices: choices.to_vec(),
            at: 0,
            state: None,
        }
    }

    /// Makes its choices by a seed.
    pub(super) fn endless(seed: u64) -> Self {
        Self {
            choices: Vec::new(),
            at: 0,
            state: Some(seed),
        }
    }

    fn next(&mut self) -> u32 {
        if let Some(state) = &mut self.state {
            // The steps of SplitMix64.
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            return (mixed >> 32) as u32;
        }
        self.at += 1;
        self.choices.get(self.at - 1).copied().unwrap_or(0)
    }

    /// A number below a bound that is not zero.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.next() as usize % bound
    }

    /// Whether something happens that does so with a chance in percent.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    /// One of several.
    pub(super) fn pick<'a, T>(&mut self, several: &'a [T]) -> &'a T {
        &several[self.below(several.len())]
    }

    /// Some of several, each with a chance in percent.
    pub(super) fn some<T: Clone>(&mut self, several: &[T], percent: usize) -> Vec<T> {
        let mut some = several.to_vec();
        some.retain(|_| self.chance(percent));
        some
    }

    /// Puts a list into another order.
    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = at - self.below(at + 1);
            list.swap(at, other);
        }
    }
}
