// Where people sign in with a browser: the user pool's hosted pages, and the client that a site is
// known by there.

import { Aws, Duration, Fn } from "aws-cdk-lib";
import { CfnManagedLoginBranding, ManagedLoginVersion, OAuthScope, UserPoolClient, UserPoolClientIdentityProvider } from "aws-cdk-lib/aws-cognito";
import type { UserPool, UserPoolDomain } from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { Settings } from "../settings";

export interface HostedSignInProps {
  readonly settings: Settings;
  readonly pool: UserPool;
  /** The site's own address, without a slash at its end. */
  readonly site: string;
}

/** The site's paths that the pages lead back to, as `console/sign-in` serves them. */
const SIGNED_IN = "/console/signed-in";
const SIGNED_OUT = "/console/signed-out";

export class HostedSignIn extends Construct {
  readonly client: UserPoolClient;
  private readonly domain: UserPoolDomain;

  constructor(scope: Construct, id: string, private readonly props: HostedSignInProps) {
    super(scope, id);
    const { settings, pool } = props;
    this.domain = pool.addDomain("Domain", {
      cognitoDomain: { domainPrefix: `${settings.named("trip-saga")}-${unique()}` },
      managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN,
    });
    this.client = this.siteClient();
    // Without a style of its own a client has no pages, but for a message that there are none.
    new CfnManagedLoginBranding(this, "Style", {
      userPoolId: pool.userPoolId,
      clientId: this.client.userPoolClientId,
      useCognitoProvidedValues: true,
    });
  }

  get url(): string {
    return this.domain.baseUrl();
  }

  /** A public client: a code is redeemed by its verifier (PKCE), and there is no secret to keep. */
  private siteClient(): UserPoolClient {
    const { pool, site } = this.props;
    return pool.addClient("ConsoleClient", {
      generateSecret: false,
      // No password reaches the site, so none of the flows that take one. Cognito would allow some
      // where nothing is said.
      authFlows: { userSrp: false },
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [`${site}${SIGNED_IN}`],
        logoutUrls: [`${site}${SIGNED_OUT}`],
      },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      // The session is the ID token. The other tokens are dropped, so they live as short as can be.
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.minutes(5),
      refreshTokenValidity: Duration.hours(1),
      preventUserExistenceErrors: true,
    });
  }
}

/**
 * A prefix belongs to one user pool of a region, whatever the account: a part of the stack's id,
 * which no other stack has.
 */
function unique(): string {
  const id = Fn.select(2, Fn.split("/", Aws.STACK_ID));
  return Fn.select(0, Fn.split("-", id));
}
