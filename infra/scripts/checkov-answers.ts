// Which of checkov's findings somebody has answered.

/** Why the findings of a check may stay, for the resources whose type and id match. */
export interface Answer {
  readonly check: string;
  /** A pattern of the part after `AWS::SERVICE::`, such as `Method\\.ApihealthGET`. */
  readonly of: string;
  readonly reason: string;
}

export interface Finding {
  readonly check: string;
  readonly name: string;
  /** Such as `AWS::ApiGateway::Method.ApihealthGETB0D6F7BC`. */
  readonly resource: string;
}

/** The findings without an answer, and the answers without a finding. */
export function compared(findings: readonly Finding[], answers: readonly Answer[]): string[] {
  const unanswered = findings.filter((finding) => !answers.some((answer) => applies(answer, finding)));
  const unused = answers.filter((answer) => !findings.some((finding) => applies(answer, finding)));
  return [
    ...unanswered.map(({ check, name, resource }) => `${check} has no answer for ${resource}: ${name}`),
    ...unused.map(({ check, of }) => `the answer to ${check} for ${of} answers nothing`),
  ];
}

/** An id ends with eight characters that the library computes. */
function applies({ check, of }: Answer, finding: Finding): boolean {
  const [, , resource = ""] = finding.resource.split("::");
  return check === finding.check && new RegExp(`^(${of})(\\.\\w+|[0-9A-F]{8})$`).test(resource);
}
