//! What the sightings of a release say together, and so what to do next.

use serde::Serialize;

use crate::model::sighting::Sighting;

/// The state of a release over all of its registries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything required stands there, byte for byte.
    Complete,
    /// Nothing stands there yet.
    Unpublished,
    /// Something is missing; a plain run of `publish` completes it.
    Partial,
    /// Everything stands there, and not all of it could be compared.
    Unproven,
    /// A registry did not say.
    Unknown,
    /// Other bytes stand at one of the coordinates: this version can't be completed.
    Conflict,
}

/// The verdict over pairs of "is it required" and what was seen.
pub fn verdict<'a>(seen: impl IntoIterator<Item = (bool, &'a Sighting)>) -> Verdict {
    let (mut absent, mut there, mut unproven, mut unknown) = (0, 0, 0, 0);
    for (required, sighting) in seen {
        match sighting {
            Sighting::Different { .. } => return Verdict::Conflict,
            Sighting::Equal => there += 1,
            Sighting::Unproven { .. } => {
                there += 1;
                unproven += 1;
            }
            Sighting::Absent if required => absent += 1,
            Sighting::Unknown { .. } if required => unknown += 1,
            Sighting::Absent | Sighting::Unknown { .. } => {}
        }
    }
    match (unknown, absent, there, unproven) {
        (1.., _, _, _) => Verdict::Unknown,
        (_, 1.., 0, _) => Verdict::Unpublished,
        (_, 1.., _, _) => Verdict::Partial,
        (_, _, _, 1..) => Verdict::Unproven,
        _ => Verdict::Complete,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sighting() -> impl Strategy<Value = Sighting> {
        prop_oneof![
            Just(Sighting::Absent),
            Just(Sighting::Equal),
            Just(Sighting::Different { theirs: "a".into() }),
            Just(Sighting::Unproven { theirs: "a".into() }),
            Just(Sighting::unknown("down")),
        ]
    }

    fn of(seen: &[(bool, Sighting)]) -> Verdict {
        verdict(seen.iter().map(|(required, sighting)| (*required, sighting)))
    }

    #[test]
    fn each_verdict() {
        let (equal, absent) = ((true, Sighting::Equal), (true, Sighting::Absent));
        let unproven = (true, Sighting::Unproven { theirs: "a".into() });
        let unknown = (true, Sighting::unknown("down"));
        assert_eq!(of(std::slice::from_ref(&equal)), Verdict::Complete);
        assert_eq!(of(std::slice::from_ref(&absent)), Verdict::Unpublished);
        assert_eq!(of(&[equal.clone(), absent.clone()]), Verdict::Partial);
        assert_eq!(of(&[equal.clone(), unproven]), Verdict::Unproven);
        assert_eq!(of(&[equal.clone(), absent.clone(), unknown]), Verdict::Unknown);
        assert_eq!(of(&[absent, (false, Sighting::Different { theirs: "a".into() })]), Verdict::Conflict);
        assert_eq!(of(&[equal, (false, Sighting::Absent)]), Verdict::Complete);
    }

    proptest! {
        #[test]
        fn complete_means_that_all_required_is_equal(
            seen in prop::collection::vec((any::<bool>(), sighting()), 0..6)
        ) {
            if of(&seen) == Verdict::Complete {
                prop_assert!(seen.iter().all(|(required, sighting)| !required || *sighting == Sighting::Equal));
            }
        }
    }
}
