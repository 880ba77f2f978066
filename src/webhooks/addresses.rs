//! The addresses that events may be sent to: public ones, over HTTPS. This keeps an administrator from using the server to
//! reach services inside its own network.

use super::error::WebhookError;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

const EXPECTED: &str = "a public https:// address";

/// Parses an address and refuses one that is not allowed. A name is checked again when it is resolved, by
/// [`PublicResolver`]. `private` allows private networks and plain HTTP.
pub(super) fn check(text: &str, private: bool) -> Result<Url, WebhookError> {
    let refused = || WebhookError::Refused { url: text.to_owned(), expected: EXPECTED };
    let url: Url = text.parse().map_err(|_| refused())?;
    let scheme = url.scheme() == "https" || private && url.scheme() == "http";
    if !scheme || !url.username().is_empty() || url.password().is_some() || url.host_str().is_none() {
        return Err(refused());
    }
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let may_be_public = host.parse::<IpAddr>().map_or(host != "localhost", is_public);
    if may_be_public || private { Ok(url) } else { Err(refused()) }
}

/// Returns whether an address is on the open Internet, by IANA's special-purpose registries.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || matches!(
            (a, b, c),
            (0 | 224..=255, ..) | (100, 64..=127, _) | (192, 0, 0) | (192, 88, 99) | (198, 18 | 19, _)
        );
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Global unicast (2000::/3) without the ranges for tunnels and documentation: 2001::/23, 2001:db8::/32, 2002::/16
    // and 3fff::/20, of which all of 3fff::/16 is left out.
    (0x2000..0x4000).contains(&a) && a != 0x2002 && !(a == 0x2001 && (b < 0x0200 || b == 0x0db8)) && a != 0x3fff
}

/// Resolves names to public addresses only. A name that passed [`check`] may point elsewhere later.
pub(super) struct PublicResolver;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let resolved = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = resolved.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(io::Error::other("the name has no public address").into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_addresses_are_allowed() {
        for url in ["https://example.org/hook", "https://93.184.216.34/", "https://[2606:2800:220:1::1]:8443/x"] {
            assert!(check(url, false).is_ok(), "{url}");
        }
        for url in [
            "http://example.org",
            "https://localhost",
            "https://127.0.0.1",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://10.1.2.3",
            "https://192.168.0.1",
            "https://172.16.0.1",
            "https://169.254.169.254/latest",
            "https://100.64.0.1",
            "https://0.0.0.0",
            "https://224.0.0.1",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]",
            "https://[64:ff9b::a00:1]",
            "https://[fe80::1]",
            "https://[fd00::1]",
            "https://[2002:7f00:1::]",
            "https://user:word@example.org",
            "ftp://example.org",
            "nothing",
            "",
        ] {
            assert!(check(url, false).is_err(), "{url}");
        }
        assert!(check("http://127.0.0.1:8080/hook", true).is_ok());
    }
}
