#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| windlass_fuzz::requirement(text));
