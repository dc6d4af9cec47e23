//! Names that must be one of a kind, and fragments that must be used and lead nowhere in circles.

use foldhash::{HashMap, HashSet, HashSetExt};

use super::Validation;
use super::fault::Quoted;
use super::selections::{AllUsed, Usage, Used};

impl<'v> Validation<'v> {
    /// Names of operations and fragments.
    pub(super) fn names(&mut self) {
        let document = self.document;
        let mut names = HashSet::new();
        for operation in &document.operations {
            match operation.name {
                Some(name) if !names.insert(name.text) => {
                    self.faults.add(name.pos, || format!("there are two operations named {}", Quoted(name.text)));
                }
                None if document.operations.len() > 1 => {
                    self.faults.add(operation.pos, || "an operation without a name must be the only one".to_owned());
                }
                _ => {}
            }
        }
        let mut names = HashSet::new();
        for fragment in &document.fragments {
            if !names.insert(fragment.name.text) {
                self.faults.add(fragment.name.pos, || format!("there are two fragments named {}", Quoted(fragment.name.text)));
            }
        }
    }

    /// What each operation uses through its fragments, and whether every fragment is used.
    pub(super) fn reached(&mut self, used: &AllUsed<'v>) {
        let document = self.document;
        let of: HashMap<&str, &Used<'v>> =
            document.fragments.iter().zip(&used.fragments).map(|(fragment, used)| (fragment.name.text, used)).collect();
        let mut anywhere = HashSet::new();
        for (operation, own) in document.operations.iter().zip(&used.operations) {
            let mut reached = HashSet::new();
            let mut waiting: Vec<&Used<'v>> = vec![own];
            let mut variables: Vec<&Usage<'v>> = Vec::new();
            while let Some(next) = waiting.pop() {
                variables.extend(&next.variables);
                for spread in &next.spreads {
                    if reached.insert(spread.text) {
                        waiting.extend(of.get(spread.text));
                    }
                }
            }
            anywhere.extend(reached);
            self.variables(operation, &variables);
        }
        for fragment in document.fragments.iter().filter(|fragment| !anywhere.contains(fragment.name.text)) {
            self.faults.add(fragment.name.pos, || format!("the fragment {} is never used", Quoted(fragment.name.text)));
        }
        self.circles(&of);
    }

    fn circles(&mut self, of: &HashMap<&'v str, &Used<'v>>) {
        // Whatever is left when those that lead only to finished ones are taken away, again and again, leads in a circle.
        let mut left: Vec<_> = self.document.fragments.iter().collect();
        let mut finished = HashSet::new();
        loop {
            let before = left.len();
            left.retain(|fragment| {
                let spreads = of.get(fragment.name.text).into_iter().flat_map(|used| &used.spreads);
                let ends = |name: &str| finished.contains(name) || !of.contains_key(name);
                let done = spreads.clone().all(|spread| ends(spread.text));
                if done {
                    finished.insert(fragment.name.text);
                }
                !done
            });
            if left.len() == before {
                break;
            }
        }
        if let Some(fragment) = left.first() {
            self.faults.add(fragment.name.pos, || format!("the fragment {} leads back to itself", Quoted(fragment.name.text)));
        }
    }
}
