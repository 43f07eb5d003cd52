// Compares what checkov found with checkov/answers.json: every finding has a reason, and every
// reason a finding.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compared } from "./checkov-answers";
import type { Answer, Finding } from "./checkov-answers";

const [, , file = ""] = process.argv;
const report = JSON.parse(readFileSync(file, "utf8"));
const findings: Finding[] = report.results.failed_checks.map((found: any) => ({ check: found.check_id, name: found.check_name, resource: found.resource }));
const answers: Answer[] = JSON.parse(readFileSync(join(__dirname, "../checkov/answers.json"), "utf8"));
const { passed, parsing_errors: unread, resource_count: resources } = report.summary;
const problems = compared(findings, answers);
if (unread > 0 || passed === 0) problems.push(`checkov read ${resources} resources, and ${unread} templates not at all`);
for (const problem of problems) console.error(problem);
console.log(`checkov: ${passed} checks passed on ${resources} resources, ${findings.length} findings, ${problems.length} of them unanswered`);
process.exitCode = problems.length === 0 ? 0 : 1;
