// A real OpenID provider on a loopback port of its own, for the tests in tests/access/oidc.rs.
//
// It prints one line of JSON when it listens: its issuer, and its private keys, with which the tests sign what no honest
// provider would. Each line on its standard input is a command, answered by a line of JSON:
//   keys     new keys in the place of the old ones, as when a provider rolls its keys over
//   asked    how often its metadata and its keys were asked for
//   silence  from now on it answers 503 to everything
//   speak    it answers again
// It ends when its standard input does, and so with the tests.
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

// What a library has to say about its configuration is no answer to a command.
console.info = console.log = console.warn = console.error;
// Node 18, which is Debian 12's, lacks these two things that the library uses.
globalThis.crypto ??= webcrypto;
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);
const { default: Provider } = await import('oidc-provider');

const kinds = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
};
let generation = 0;
let handler;
let issuer;
let silent = false;
const asked = { metadata: 0, keys: 0 };

function begin() {
  generation += 1;
  const made = Object.entries(kinds).map(([alg, make]) => {
    const { privateKey } = make();
    const kid = `${alg}-${generation}`;
    const der = privateKey.export({ format: 'der', type: privateKey.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'pkcs8' });
    const jwk = { ...privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
    return { jwk, told: { kid, alg, der: der.toString('hex') } };
  });
  const provider = new Provider(issuer, {
    jwks: { keys: made.map(({ jwk }) => jwk) },
    clients: ['secretary', 'nobody'].map((client_id) => ({
      client_id,
      client_secret: 'a-secret-of-the-tests',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    })),
    enabledJWA: { idTokenSigningAlgValues: Object.keys(kinds) },
    extraTokenClaims: (_, token) => (token.clientId === 'secretary' ? { groups: ['secretariat', 'canteen'] } : {}),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        // The resource is named for the algorithm that its tokens are signed by.
        getResourceServerInfo: (_, resource) => ({
          audience: 'minutebook',
          scope: '',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: resource.split(':').at(-1) } },
        }),
      },
    },
    formats: {
      customizers: {
        jwt: (_, __, parts) => {
          parts.payload.nbf = parts.payload.iat;
        },
      },
    },
  });
  provider.on('server_error', (_, error) => console.error(error));
  handler = provider.callback();
  return { issuer, keys: made.map(({ told }) => told) };
}

const server = createServer((request, response) => {
  if (request.url === '/.well-known/openid-configuration') asked.metadata += 1;
  if (request.url === '/jwks') asked.keys += 1;
  if (silent) {
    response.writeHead(503).end();
  } else {
    handler(request, response);
  }
});
const answer = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
server.listen(0, '127.0.0.1', () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  answer(begin());
});
createInterface({ input: process.stdin })
  .on('line', (command) => {
    if (command === 'keys') answer(begin());
    else if (command === 'asked') answer(asked);
    else {
      silent = command === 'silence';
      answer({ silent });
    }
  })
  .on('close', () => process.exit(0));
