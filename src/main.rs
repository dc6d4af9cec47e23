//! The `fundgraph` command; see [`fundgraph::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    fundgraph::cli::run()
}
