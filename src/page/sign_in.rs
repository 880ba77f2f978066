//! Signing in with a token of the ledger, and signing out.

use super::fields::Fields;
use super::request::PageRequest;
use crate::access::SignInError;
use crate::api::{Problem, ProblemKind, SESSION_COOKIES, Service, session_of};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

/// The form that asks for a token.
pub(super) async fn ask(request: PageRequest) -> Result<Response, Problem> {
    let to = local_path(request.fields.get("to").unwrap_or_default());
    let position = request.log().known_whole(None).await?;
    request.book_page("Sign in", position, &form(&to)).await
}

fn form(to: &str) -> Markup {
    html! {
        h1 { "Sign in" }
        form.filters method="post" action="/sign-in" {
            input type="hidden" name="to" value=(to);
            div {
                label for="token" { "Your token" }
                input id="token" name="token" type="password" size="42" autocomplete="current-password" required;
            }
            button.main { "Sign in" }
        }
        p.quiet { "An administrator makes a token with " code { "minutebook token create" } ". The browser keeps no token: it gets a "
            "session, which ends after two hours without use, after twelve hours, when you sign out, or when the token is revoked." }
    }
}

/// Begins a session, and goes back to the page that asked for it.
pub(super) async fn begin(
    State(service): State<Service>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let fields = Fields::of_form(&body);
    let to = local_path(fields.get("to").unwrap_or_default());
    let secret = match service.sessions().begin(fields.get("token").unwrap_or_default()).await {
        Ok(secret) => secret,
        Err(error) => return Err(refusal(error)),
    };
    let cookie = cookie(&headers, secret.reveal());
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, text(&to)), (header::SET_COOKIE, cookie)]).into_response())
}

/// Ends the session, and has the browser forget what it keeps of this server.
pub(super) async fn end(State(service): State<Service>, headers: HeaderMap) -> Result<Response, Problem> {
    if let Some(session) = session_of(&headers) {
        service.sessions().end(&session).await?;
    }
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, "/")]).into_response();
    for name in SESSION_COOKIES {
        let secure = if name.starts_with("__Host-") { "; Secure" } else { "" };
        let gone = format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}");
        response.headers_mut().append(header::SET_COOKIE, text(&gone));
    }
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

/// A path of this server; the first page for anything else, so that no link leads from here to another site.
fn local_path(given: &str) -> String {
    let is_local = given.starts_with('/')
        && !given.starts_with("//")
        && given.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_local { given.to_owned() } else { "/".to_owned() }
}

/// The cookie of a session. A browser keeps a `Secure` cookie over TLS alone; a server on the same machine may have none.
fn cookie(headers: &HeaderMap, secret: &str) -> HeaderValue {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let name = name.map_or(host, |(name, _)| name);
    let [over_tls, local] = SESSION_COOKIES;
    text(&if ["localhost", "127.0.0.1", "[::1]"].contains(&name) {
        format!("{local}={secret}; Path=/; HttpOnly; SameSite=Lax")
    } else {
        format!("{over_tls}={secret}; Path=/; HttpOnly; SameSite=Lax; Secure")
    })
}

fn text(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("/"))
}

/// The same words for every token that is not accepted; the reason goes to the log.
fn refusal(error: SignInError) -> Problem {
    match error {
        SignInError::Store(error) => error.into(),
        SignInError::NoEntropy(error) => Problem::internal(&error),
        SignInError::Authentication(error) if error.is_temporary() => {
            Problem::new(ProblemKind::Unavailable, "the server cannot check the token at present").with_retry_after(1)
        }
        SignInError::Authentication(_) | SignInError::NotOfTheLedger => {
            tracing::info!(reason = %error, "a token was not accepted for a session");
            Problem::new(ProblemKind::Unauthorized, "this token is not accepted")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_leads_to_this_server_alone() {
        for path in ["/", "/SSC/actions?as_of=2019-02-27", "/SSC/parties/Other%20User%20L"] {
            assert_eq!(local_path(path), path);
        }
        for elsewhere in
            ["", "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x", "javascript:x"]
        {
            assert_eq!(local_path(elsewhere), "/", "{elsewhere}");
        }
    }

    #[test]
    fn a_cookie_is_secure_unless_the_server_is_on_the_same_machine() {
        let of = |host: &'static str| {
            let headers = HeaderMap::from_iter([(header::HOST, HeaderValue::from_static(host))]);
            cookie(&headers, "s").to_str().unwrap().to_owned()
        };
        for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "localhost"] {
            assert_eq!(of(host), "minutebook-local=s; Path=/; HttpOnly; SameSite=Lax", "{host}");
        }
        for host in ["book.example", "book.example:8443", "localhost.evil.example", ""] {
            assert_eq!(of(host), "__Host-minutebook=s; Path=/; HttpOnly; SameSite=Lax; Secure", "{host}");
        }
    }
}
