//! An attacker with every public byte of an event, and a dictionary with the right value, finds no hidden fragment.

use super::{digests, positions};
use crate::fixtures::every_event::append_every_event;
use crate::fixtures::ledgers::{Store, TestLedger};
use crate::fixtures::raw_database::RawDatabase;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use minutebook_domain::Event;
use minutebook_domain::fragment::METADATA_SLOTS;
use minutebook_ledger::{Disclosure, canonical, commitment};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use std::collections::BTreeSet;

fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(message);
    mac.finalize().into_bytes().into()
}

fn salt(text: &str) -> [u8; 32] {
    hex::decode(text).unwrap().try_into().unwrap()
}

/// What an attacker knows: the salts that were disclosed, and whatever can be derived from them.
fn known_salts(public: &Disclosure, hidden: u32) -> Vec<[u8; 32]> {
    let given = public.fragments.iter().map(|fragment| salt(&fragment.salt)).chain([salt(&public.outer_salt), [0; 32]]);
    let mut salts = Vec::new();
    for salt in given {
        let derived = [&b"fragment"[..], &hidden.to_be_bytes()].concat();
        salts.extend([salt, hmac(&salt, &derived), hmac(&salt, b"outer"), Sha256::digest(salt).into()]);
    }
    salts
}

/// The words of the dictionary that the attacker finds to be the hidden fragment.
fn guessed<'a>(public: &Disclosure, hidden: u32, salts: &[[u8; 32]], dictionary: &'a [Vec<u8>]) -> Vec<&'a [u8]> {
    let skeleton: Value = serde_json::from_str(&public.skeleton).unwrap();
    let digest = URL_SAFE_NO_PAD.decode(&digests(&skeleton)[hidden as usize]).unwrap();
    let is_it = |word: &[u8]| {
        let plain: [u8; 32] = Sha256::digest(word).into();
        let unsalted: [u8; 32] = Sha256::digest([&b"minutebook/fragment/v2\n"[..], word].concat()).into();
        digest == plain
            || digest == unsalted
            || salts.iter().any(|salt| digest == commitment::fragment_digest(salt, word).as_bytes())
    };
    dictionary.iter().map(Vec::as_slice).filter(|word| is_it(word)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_hidden_fragment_of_any_kind_is_found_with_a_dictionary() {
    let ledger = TestLedger::new(Store::Sqlite);
    let log = ledger.open().await;
    append_every_event(&log).await;
    let raw = RawDatabase::of(&ledger).await;
    let mut kinds = BTreeSet::new();
    for position in positions(&log).await {
        let sealed = log.sealed(position).await.unwrap().unwrap();
        let event: Value =
            serde_json::from_slice(&raw.bytes("event_bytes", position.number().cast_signed()).await).unwrap();
        let seen = RefCell::new(Vec::new());
        let all = sealed
            .disclose(|fragment| {
                seen.borrow_mut().push((fragment.depth, fragment.slot.name));
                true
            })
            .unwrap();
        for (depth, name) in seen.into_inner() {
            let event_type = if depth == 1 { event["type"].as_str().unwrap() } else { "" };
            kinds.insert((depth.min(2), event_type.to_owned(), name));
        }
        // The right values are in the dictionary, and so are those of parts that are not there.
        let mut dictionary: Vec<Vec<u8>> =
            all.fragments.iter().map(|fragment| canonical::to_bytes(&fragment.value).unwrap()).collect();
        dictionary.extend([b"null".to_vec(), Vec::new()]);
        dictionary.sort();
        dictionary.dedup();
        let own = raw.bytes("salt", position.number().cast_signed()).await;
        let skeleton: Value = serde_json::from_str(&all.skeleton).unwrap();
        for hidden in 0..u32::try_from(digests(&skeleton).len()).unwrap() {
            // The strongest attacker knows everything but this fragment.
            let public = sealed.disclose(|fragment| fragment.index != hidden).unwrap();
            let salts = known_salts(&public, hidden);
            let found = guessed(&public, hidden, &salts, &dictionary);
            assert!(found.is_empty(), "fragment {hidden} at {position}: {}", String::from_utf8_lossy(found[0]));
            // With the event's own salt the attack succeeds: each fragment, and each part that is not there, is found.
            let mut salts = salts;
            salts.push(hmac(&own, &[&b"fragment"[..], &hidden.to_be_bytes()].concat()));
            assert_eq!(guessed(&public, hidden, &salts, &dictionary).len(), 1, "fragment {hidden} at {position}");
        }
    }
    // Every kind of fragment was hidden.
    let mut expected: BTreeSet<(usize, String, &str)> =
        METADATA_SLOTS.into_iter().map(|slot| (0, String::new(), slot.name)).collect();
    for (_, event_type) in Event::catalogue() {
        expected.extend(Event::slots_of(event_type, u32::MAX).map(|slot| (1, event_type.to_owned(), slot.name)));
    }
    let missing: Vec<_> = expected.difference(&kinds).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(kinds.iter().any(|(depth, ..)| *depth == 2), "an event inside a correction");
}
