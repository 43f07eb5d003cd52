// Who may call: a pool of customers, and the group of operators, who see every customer's trips.

import { Duration } from "aws-cdk-lib";
import { AccountRecovery, CfnUserPoolGroup, Mfa, UserPool as Pool, UserPoolClient } from "aws-cdk-lib/aws-cognito";
import { Construct } from "constructs";
import type { Settings } from "../settings";

/** The group that the functions look for among the claims. */
export const OPERATORS = "operators";

export class UserPool extends Construct {
  readonly pool: Pool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.pool = new Pool(this, "Pool", {
      userPoolName: settings.named("trip-saga"),
      signInAliases: { email: true },
      // Customers can sign up by themselves only where the product is open to them.
      selfSignUpEnabled: settings.isProduction,
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: { minLength: 12, requireDigits: true, requireLowercase: true, requireUppercase: true, requireSymbols: true },
      deletionProtection: settings.isProtected,
      removalPolicy: settings.removalPolicy,
    });
    this.client = this.pool.addClient("Client", {
      // The scripts that test staging sign in with a password; browsers and apps use SRP.
      authFlows: { userSrp: true, adminUserPassword: !settings.isProduction },
      idTokenValidity: Duration.hours(1),
      accessTokenValidity: Duration.hours(1),
      preventUserExistenceErrors: true,
      disableOAuth: true,
    });
    new CfnUserPoolGroup(this, "Operators", { userPoolId: this.pool.userPoolId, groupName: OPERATORS });
  }
}
