//! Every fuzz target on random input; `cargo fuzz` searches further.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use ::bed::fuzz::{TARGETS, run};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #[test]
    fn no_bytes_make_a_target_panic(bytes in vec(any::<u8>(), 0..200)) {
        for (name, _) in TARGETS {
            run(name, &bytes);
        }
    }

    /// Random bytes seldom are UTF-8, and random text seldom is JSON.
    #[test]
    fn no_text_makes_a_target_panic(text in any::<String>()) {
        for (name, _) in TARGETS {
            run(name, text.as_bytes());
        }
    }
}

#[test]
fn every_target_has_its_file_for_cargo_fuzz() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/fuzz_targets");
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let files: BTreeSet<_> =
        files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(files, TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect());
}
