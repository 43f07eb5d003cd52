// When an alarm rises: at a value, or where nobody tells any.

import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmSpec } from "./alarms";

/** A figure arrives minutes late, so one period without it is not yet silence. */
const SILENT_PERIODS = 2;

export function condition(spec: AlarmSpec) {
  return spec.inSilence ? SILENCE : { ...REACHED, threshold: spec.threshold };
}

const REACHED = {
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  evaluationPeriods: 1,
  treatMissingData: TreatMissingData.NOT_BREACHING,
};

/** The figure is a count of samples: where there is one, it is one or more. */
const SILENCE = {
  threshold: 1,
  comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
  evaluationPeriods: SILENT_PERIODS,
  treatMissingData: TreatMissingData.BREACHING,
};
