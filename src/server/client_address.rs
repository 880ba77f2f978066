//! Where a request comes from.

use axum::extract::{ConnectInfo, Request};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Whoever has one address. Of IPv6 it is the network: one client has a whole one to themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Client(IpAddr);

impl Client {
    fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
            address @ IpAddr::V4(_) => address,
        })
    }
}

/// Tells clients apart.
#[derive(Debug)]
pub(super) struct Peers {
    trusted: Vec<IpNet>,
}

impl Peers {
    /// Believes these proxies.
    pub(super) fn trusting(trusted: Vec<IpNet>) -> Self {
        Self { trusted }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address.to_canonical()))
    }

    /// Who sent a request. What a proxy adds to `X-Forwarded-For` stands last in it; what comes before the first address
    /// that is no proxy of ours was said by who knows whom.
    pub(super) fn client(&self, request: &Request) -> Client {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
        if !self.trusts(peer) {
            return Client::of(peer);
        }
        let said = request.headers().get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
        let said = said.collect::<Vec<_>>().join(",");
        let mut nearest = peer;
        for address in said.rsplit(',').map(|address| address.trim().parse::<IpAddr>()) {
            let Ok(address) = address else { break };
            nearest = address;
            if !self.trusts(address) {
                break;
            }
        }
        Client::of(nearest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn client(peer: &str, forwarded: &str) -> String {
        let mut request = Request::builder().header("x-forwarded-for", forwarded).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        Peers::trusting(vec!["10.0.0.0/8".parse().unwrap()]).client(&request).0.to_string()
    }

    #[test]
    fn a_proxy_is_believed_and_nobody_else() {
        for (peer, forwarded, expected) in [
            ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
            ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
            ("10.0.0.1", "unknown", "10.0.0.1"),
            ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::"),
        ] {
            assert_eq!(client(peer, forwarded), expected, "{peer} {forwarded}");
        }
    }
}
