//! The address of a request's client, seen through trusted proxies.

use axum::extract::{ConnectInfo, Request};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A client's IPv4 address, or its IPv6 network of 64 bits: a provider usually gives one client a whole /64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ClientAddress(IpAddr);

impl ClientAddress {
    pub(super) fn new(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// The networks of the proxies whose `X-Forwarded-For` header is trusted.
#[derive(Debug, Clone)]
pub(super) struct TrustedProxies(pub(super) Vec<IpNet>);

impl TrustedProxies {
    /// Returns whether an address is one of a trusted proxy.
    pub(super) fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// Returns the client of a request. Each proxy appends an address to `X-Forwarded-For`, so the list is read from its
    /// end: the first address that is no trusted proxy is the client. A client can forge everything before it.
    ///
    /// Returns none for a request of a trusted proxy that names no client: the proxy's own address stands for all of its
    /// clients, and must not be limited for one of them.
    pub(super) fn client(&self, request: &Request) -> Option<ClientAddress> {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
        if !self.contain(peer) {
            return Some(ClientAddress::new(peer));
        }
        let mut client = None;
        // A proxy may append to the last header or add one of its own: together they are one list (RFC 9110, section 5.3).
        let headers = request.headers().get_all("x-forwarded-for").iter();
        let lists: Vec<_> = headers.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        for address in lists.iter().rev().flat_map(|list| list.rsplit(',')).map(forwarded_address) {
            let Some(address) = address else { break };
            client = Some(ClientAddress::new(address));
            if !self.contain(address) {
                break;
            }
        }
        client
    }
}

/// Parses an address as proxies write it: alone, with a port, in brackets or quotation marks, with an IPv6 zone.
fn forwarded_address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let host = match text.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?.0,
        // An IPv6 address has two colons at least.
        None if text.matches(':').count() == 1 => text.split_once(':')?.0,
        None => text,
    };
    host.split('%').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let mut request = Request::builder();
        for value in forwarded {
            request = request.header("x-forwarded-for", *value);
        }
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let client = TrustedProxies(vec!["10.0.0.0/8".parse().unwrap()]).client(&request);
        client.map_or("none".into(), |client| client.0.to_string())
    }

    #[test]
    fn the_client_is_the_last_address_that_is_no_trusted_proxy() {
        for (peer, forwarded, expected) in [
            ("192.0.2.1", &["198.51.100.7"][..], "192.0.2.1"),
            ("10.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", &["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.0.0.2"], "198.51.100.7"),
            ("::ffff:10.0.0.1", &["198.51.100.7"], "198.51.100.7"),
            ("2001:db8:1:2:3:4:5:6", &[""], "2001:db8:1:2::"),
            // In the forms that proxies write.
            ("10.0.0.1", &["198.51.100.7:4711"], "198.51.100.7"),
            ("10.0.0.1", &["[2001:db8:1:2::3]:4711"], "2001:db8:1:2::"),
            ("10.0.0.1", &["\"[2001:db8:1:2::3]\""], "2001:db8:1:2::"),
            ("10.0.0.1", &["2001:db8:1:2::3"], "2001:db8:1:2::"),
            ("10.0.0.1", &["fe80::1%eth0"], "fe80::"),
            ("10.0.0.1", &["[fe80::1%eth0]:80"], "fe80::"),
            ("10.0.0.1", &["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
            ("10.0.0.1", &["198.51.100.7", "10.0.0.2:80"], "198.51.100.7"),
            // What a client forged before the address that the proxy appended does not count.
            ("10.0.0.1", &["caf\u{e9}, 198.51.100.7"], "198.51.100.7"),
        ] {
            assert_eq!(client(peer, forwarded), expected, "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn a_trusted_proxy_that_names_no_client_stands_for_none() {
        for forwarded in [&[][..], &["unknown"], &[""], &["198.51.100.7, unknown"]] {
            assert_eq!(client("10.0.0.1", forwarded), "none", "{forwarded:?}");
        }
    }
}
