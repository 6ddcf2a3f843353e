//! One page for each code, printed by `cargo xtask explain CODE`, offline.

use crate::model::code::Code;

macro_rules! pages {
    ($($code:ident)*) => {
        /// The page of a code, in Markdown: its title, what it means, why, and how to mend it.
        pub fn page(code: Code) -> &'static str {
            match code {
                $(Code::$code => include_str!(concat!(stringify!($code), ".md")),)*
            }
        }
    };
}

// The compiler names a code that is missing here, and a page that is missing beside this file.
pages! {
    W0101 W0102 W0103 W0104 W0105 W0106 W0107 W0108 W0109 W0112
    W0201 W0202 W0203 W0204 W0205 W0206 W0207 W0208 W0209 W0210 W0211 W0212 W0213 W0214 W0215 W0216 W0217 W0220
    W0301 W0302 W0303 W0304 W0305 W0306 W0307 W0308 W0309 W0310 W0311 W0312 W0313 W0314 W0315 W0316
    W0317 W0318 W0319 W0320 W0321 W0322 W0325 W0326 W0327 W0330 W0331
    W0401 W0402 W0403 W0404 W0405 W0406 W0407 W0408 W0409 W0410 W0411 W0412 W0413 W0414 W0415 W0416 W0417
    W0501 W0502 W0503 W0504 W0505 W0506 W0507 W0508 W0509 W0510 W0511 W0512 W0513 W0514
    W0601 W0602 W0603 W0604 W0605 W0606 W0607 W0608 W0609 W0610 W0611 W0612
    W0701 W0702 W0703 W0704 W0705 W0706 W0707 W0708 W0709 W0710 W0711 W0712 W0713 W0714 W0715 W0716
    W0717 W0718 W0719 W0720 W0721
    W0730 W0731 W0732 W0733 W0734 W0735 W0736 W0737 W0738 W0739
    W0740 W0741 W0742 W0743 W0744 W0745 W0746
    W0750 W0751 W0752 W0753 W0754 W0755 W0756 W0757 W0758 W0759 W0760 W0761 W0762 W0763 W0764 W0765 W0766
    W0780 W0781 W0782 W0783 W0784
    W0800 W0801 W0802 W0803 W0804 W0805 W0806 W0807 W0808 W0809
    W0810 W0811 W0812 W0813 W0814 W0815 W0816
    W0820 W0821 W0822 W0823 W0824 W0825 W0826 W0827 W0828 W0829 W0830
    W0860 W0861 W0862 W0863 W0864 W0865 W0866 W0867 W0870
    W0880 W0881 W0882 W0883 W0884 W0885 W0886 W0887 W0888 W0890 W0891 W0892 W0893 W0894
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_page_opens_with_its_name_and_title() {
        for code in Code::ALL {
            let first = page(*code).lines().next();
            assert_eq!(first, Some(format!("# {}: {}", code.name(), code.title()).as_str()));
        }
    }

    #[test]
    fn pages_are_short_and_narrow() {
        for code in Code::ALL {
            let lines = page(*code).lines().skip(1).filter(|line| !line.is_empty());
            assert!((3..=12).contains(&lines.clone().count()), "{code}");
            assert!(lines.clone().all(|line| line.chars().count() <= 80), "{code}");
            assert!(page(*code).ends_with('\n') && !page(*code).contains('\r'), "{code}");
        }
    }

    #[test]
    fn no_page_is_left_over() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/explain");
        let pages: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
            .collect();
        let codes: BTreeSet<String> = Code::ALL.iter().map(|code| code.name().to_owned()).collect();
        assert_eq!(pages, codes);
    }
}
