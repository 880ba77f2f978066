//! The places for connections: a number in all, a number for each address, and a few kept for health checks and tokens.
//!
//! A connection beyond either number still gets one of the kept places, if there is one. There it may ask for the health of
//! the server or present a token, once; anything else is refused and the place is free again.

use super::client_address::{ClientAddress, TrustedProxies};
use super::settings::LimitsSection;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Places that are kept for health checks and tokens.
const KEPT: usize = 64;
/// Kept places for one address.
const KEPT_PER_ADDRESS: u32 = 8;
/// Answers to tokens on kept places at a time; the other kept places are left to health checks.
const KEPT_FOR_TOKENS: usize = 48;

/// Hands out the places.
pub(super) struct ConnectionPlaces {
    general: Arc<Semaphore>,
    kept: Arc<Semaphore>,
    for_tokens: Arc<Semaphore>,
    proxies: TrustedProxies,
    /// None for no limit.
    per_address: Option<u32>,
    taken: Arc<TakenPlaces>,
}

/// The places of each address: general and kept ones.
#[derive(Default)]
struct TakenPlaces(Mutex<HashMap<ClientAddress, (u32, u32)>>);

/// A place, which is free again when it is dropped.
pub(super) struct ConnectionPlace {
    taken: Arc<TakenPlaces>,
    address: ClientAddress,
    is_kept: bool,
    _permit: OwnedSemaphorePermit,
}

impl ConnectionPlaces {
    pub(super) fn new(limits: &LimitsSection) -> Self {
        Self {
            general: Arc::new(Semaphore::new(limits.connections.get() as usize)),
            kept: Arc::new(Semaphore::new(KEPT)),
            for_tokens: Arc::new(Semaphore::new(KEPT_FOR_TOKENS)),
            proxies: TrustedProxies(limits.trusted_proxies.clone()),
            per_address: Some(limits.connections_per_address).filter(|number| *number > 0),
            taken: Arc::default(),
        }
    }

    /// The largest number of connections at a time.
    pub(super) fn count(limits: &LimitsSection) -> u64 {
        u64::from(limits.connections.get()) + KEPT as u64
    }

    /// Returns a place for a connection from an address, or none if even the kept ones are taken.
    pub(super) fn take(&self, address: IpAddr) -> Option<ConnectionPlace> {
        // A trusted proxy brings the connections of many clients.
        let limit = self.per_address.filter(|_| !self.proxies.contain(address));
        let address = ClientAddress::new(address);
        let mut taken = self.taken.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (general, kept) = taken.get(&address).copied().unwrap_or_default();
        let place = |permit, is_kept| ConnectionPlace { taken: self.taken.clone(), address, is_kept, _permit: permit };
        if limit.is_none_or(|limit| general < limit)
            && let Ok(permit) = self.general.clone().try_acquire_owned()
        {
            taken.insert(address, (general + 1, kept));
            return Some(place(permit, false));
        }
        if limit.is_none() || kept < KEPT_PER_ADDRESS {
            let permit = self.kept.clone().try_acquire_owned().ok()?;
            taken.insert(address, (general, kept + 1));
            return Some(place(permit, true));
        }
        None
    }

    /// Returns the right to answer a token on a kept place.
    pub(super) fn admit_token(&self) -> Option<OwnedSemaphorePermit> {
        self.for_tokens.clone().try_acquire_owned().ok()
    }
}

impl ConnectionPlace {
    /// Whether the place is one of those kept for health checks and tokens.
    pub(super) fn is_kept(&self) -> bool {
        self.is_kept
    }
}

impl Drop for ConnectionPlace {
    fn drop(&mut self) {
        let mut taken = self.taken.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counts) = taken.get_mut(&self.address) {
            let count = if self.is_kept { &mut counts.1 } else { &mut counts.0 };
            *count = count.saturating_sub(1);
            if *counts == (0, 0) {
                taken.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::num::NonZeroU32;

    fn places() -> ConnectionPlaces {
        let (connections, proxy) = (NonZeroU32::new(10).unwrap(), "10.0.0.0/8".parse().unwrap());
        let limits = LimitsSection {
            connections,
            connections_per_address: 4,
            trusted_proxies: vec![proxy],
            ..LimitsSection::default()
        };
        ConnectionPlaces::new(&limits)
    }

    /// Takes as many places as an address gets, and returns them with the number of general ones.
    fn take_all(places: &ConnectionPlaces, address: &str) -> (usize, Vec<ConnectionPlace>) {
        let address = address.parse().unwrap();
        let taken: Vec<_> = std::iter::from_fn(|| places.take(address)).take(1000).collect();
        (taken.iter().filter(|place| !place.is_kept()).count(), taken)
    }

    #[test]
    fn an_address_gets_its_number_of_places_and_a_few_kept_ones() {
        let places = places();
        let (general, taken) = take_all(&places, "192.0.2.1");
        assert_eq!((general, taken.len()), (4, 4 + KEPT_PER_ADDRESS as usize));
        let other = places.take("192.0.2.2".parse().unwrap()).unwrap();
        assert!(!other.is_kept(), "another address has its own number");
        drop((taken, other));
        assert_eq!(take_all(&places, "192.0.2.1").0, 4, "dropped places are free again");
        assert!(places.taken.0.lock().unwrap().is_empty());
    }

    #[test]
    fn one_address_cannot_take_every_kept_place() {
        let places = places();
        let all: Vec<_> = (1..=5).map(|host| take_all(&places, &format!("192.0.2.{host}"))).collect();
        assert_eq!(all.iter().map(|(general, _)| general).sum::<usize>(), 10);
        assert!(places.take("192.0.2.9".parse().unwrap()).is_some_and(|place| place.is_kept()));
    }

    #[test]
    fn a_trusted_proxy_has_no_number_of_its_own() {
        let places = places();
        assert_eq!(take_all(&places, "10.0.0.1").0, 10);
    }
}
