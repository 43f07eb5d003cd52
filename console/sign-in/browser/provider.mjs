// An OpenID provider on this machine, by another hand than ours: oidc-provider, with the paths and
// the claims of a user pool of Cognito.

import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const CLIENT = "console";
/** Who may come in. Everybody else has no group. */
const GROUPS = { olga: ["auditors", "operators"] };

/** Starts a provider for the site that `site()` names, which may be started later. */
export async function provide(site) {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { origin, open: () => server.on("request", callback(origin, site())), close: () => server.close() };
}

function callback(origin, site) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const provider = new Provider(origin, {
    clients: [{ client_id: CLIENT, token_endpoint_auth_method: "none", redirect_uris: [`${site}/console/signed-in`], grant_types: ["authorization_code"], response_types: ["code"] }],
    pkce: { required: () => true },
    routes: { authorization: "/oauth2/authorize", token: "/oauth2/token", jwks: "/.well-known/jwks.json" },
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" }] },
    cookies: { keys: ["only this run's"] },
    ttl: { AccessToken: 60, Grant: 600, IdToken: 3_600, Interaction: 600, Session: 600 },
    conformIdTokenClaims: false,
    claims: { openid: ["sub", "token_use", "cognito:groups"], email: ["email"] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, token_use: "id", email: `${id}@example.com`, "cognito:groups": GROUPS[id] ?? [] }),
    }),
  });
  provider.use(logout(site));
  return provider.callback();
}

/** Cognito's own way out, which is older than the standard's. */
function logout(site) {
  return async (ctx, next) => {
    if (ctx.path !== "/logout") return next();
    const { client_id, logout_uri } = ctx.query;
    ctx.assert(client_id === CLIENT && logout_uri === `${site}/console/signed-out`, 400, "the client has no such address");
    for (const name of ["_session", "_session.sig", "_session.legacy", "_session.legacy.sig"]) ctx.res.appendHeader("Set-Cookie", `${name}=; Path=/; Max-Age=0`);
    ctx.redirect(logout_uri);
  };
}
