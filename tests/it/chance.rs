//! Chance that can be repeated: the seed of a run stands in what a failed test says.

use std::hash::{BuildHasher, RandomState};

pub struct Chance {
    pub seed: u64,
    state: u64,
}

impl Chance {
    /// Of the seed in `FUNDGRAPH_TEST_SEED`, else of a new one.
    pub fn new() -> Chance {
        let given = std::env::var("FUNDGRAPH_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = given.unwrap_or_else(|| RandomState::new().hash_one(0)) | 1;
        println!("FUNDGRAPH_TEST_SEED={seed}");
        Chance { seed, state: seed }
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: u64) -> u64 {
        // xorshift64*
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % limit
    }

    /// One of some things.
    pub fn one_of<T: Clone>(&mut self, things: &[T]) -> T {
        things[self.below(things.len() as u64) as usize].clone()
    }
}
