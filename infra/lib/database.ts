// The tables: the write model with its stream, the read model, and outside production the
// sandbox suppliers'.

import { AttributeType, BillingMode, ContributorInsightsMode, ProjectionType, StreamViewType, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import type { Attribute, ContributorInsightsSpecification, GlobalSecondaryIndexProps } from "aws-cdk-lib/aws-dynamodb";
import { Construct } from "constructs";
import { TABLES } from "./schema";
import type { IndexSpec, TableSpec } from "./schema";
import type { Settings } from "./settings";

export class Database extends Construct {
  readonly trips: Table;
  /** The view that answers. */
  readonly search: Table;
  /** A second view, which is written too and is to take the place of the first. */
  readonly shadow?: Table;
  /** Absent in production, which must not use sandbox suppliers. */
  readonly sandbox?: Table;

  constructor(scope: Construct, id: string, private readonly settings: Settings) {
    super(scope, id);
    this.trips = this.table("Trips", TABLES.trips);
    const [search, shadow] = settings.searchTables;
    this.search = this.view(search);
    if (shadow !== undefined) this.shadow = this.view(shadow);
    if (!settings.isProduction) this.sandbox = this.table("Sandbox", TABLES.sandbox);
  }

  /** A table stays the same resource, whichever of the two it is. */
  private view(name: string): Table {
    return this.table(name === TABLES.search.name ? "Search" : name, { ...TABLES.search, name });
  }

  private table(id: string, spec: TableSpec): Table {
    const table = new Table(this, id, {
      tableName: this.settings.named(spec.name),
      partitionKey: key(spec.partitionKey),
      sortKey: optionalKey(spec.sortKey),
      stream: spec.stream as StreamViewType | undefined,
      timeToLiveAttribute: spec.timeToLiveAttribute,
      billingMode: BillingMode.PAY_PER_REQUEST,
      // AWS's key for the service: CloudTrail logs its use, and it needs no grants from us.
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: this.settings.isProtected,
      contributorInsightsSpecification: this.throttled,
      removalPolicy: this.settings.removalPolicy,
    });
    const contributorInsightsSpecification = this.throttled;
    spec.indexes.forEach((one) => table.addGlobalSecondaryIndex({ ...index(one), contributorInsightsSpecification }));
    return table;
  }

  /**
   * Names the keys that are throttled, which no other metric does. It is paid for by its rules, so
   * only where customers wait for it.
   */
  private get throttled(): ContributorInsightsSpecification | undefined {
    return this.settings.isProduction ? { enabled: true, mode: ContributorInsightsMode.THROTTLED_KEYS } : undefined;
  }
}

function key(name: string): Attribute {
  return { name, type: AttributeType.STRING };
}

function optionalKey(name: string | undefined): Attribute | undefined {
  return name === undefined ? undefined : key(name);
}

function index(spec: IndexSpec): GlobalSecondaryIndexProps {
  return {
    indexName: spec.name,
    partitionKey: key(spec.partitionKey),
    sortKey: optionalKey(spec.sortKey),
    projectionType: spec.projection as ProjectionType,
  };
}
