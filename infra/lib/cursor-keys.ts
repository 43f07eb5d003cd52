// The keys that sign search cursors: one secret per generation; three verify and one signs.
//
// While traffic shifts, two releases run at once, so every function must know a key before any
// function signs with it. Generation N therefore signs with key N, and knows key N+1 (which the next
// rotation will sign with) and key N-1 (whose cursors live for a day). To rotate, raise the
// generation by one and deploy.

import { Fn } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import type { Settings } from "./settings";

/** Letters and digits, a multiple of four: valid base64 of 48 bytes. */
const KEY_CHARACTERS = 64;

export class CursorKeys extends Construct {
  /** The setting CURSOR_KEYS. CloudFormation inserts the secrets; the template holds only references. */
  readonly text: string;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const generation = settings.cursorKeyGeneration;
    const known = [generation, generation + 1, generation - 1].filter((number) => number > 0);
    this.text = Fn.join(",", known.map((number) => `k${number}:${this.key(number)}`));
  }

  private key(generation: number): string {
    const secret = new Secret(this, `Key${generation}`, {
      description: `Signs search cursors, generation ${generation}`,
      generateSecretString: { passwordLength: KEY_CHARACTERS, excludePunctuation: true },
    });
    // The function reads its settings once, at start; the reference is resolved when it is
    // deployed.
    return secret.secretValue.unsafeUnwrap();
  }
}
