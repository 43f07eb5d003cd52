// POST /trips: API Gateway checks the shape and starts the saga directly, without a function.

import { AwsIntegration, CfnModel, Model, PassthroughBehavior, RequestValidator } from "aws-cdk-lib/aws-apigateway";
import type { IntegrationResponse, MethodOptions, MethodResponse, Resource, RestApi } from "aws-cdk-lib/aws-apigateway";
import { Policy, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { StateMachine } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import { answerHeaders } from "./cors";
import { declared, PROBLEM, responseParameters, SECURITY_HEADERS } from "./headers";
import { requestSchema } from "./request-schema";
import { answerTemplate, requestTemplate } from "./templates";

const JSON_TYPE = "application/json";

export interface BookingRouteProps {
  readonly api: RestApi;
  readonly trips: Resource;
  /** The Express workflow that admits a booking and starts its saga. */
  readonly admission: StateMachine;
  readonly access: MethodOptions;
  readonly isProduction: boolean;
  readonly corsOrigins: readonly string[];
}

export class BookingRoute extends Construct {
  constructor(scope: Construct, id: string, private readonly props: BookingRouteProps) {
    super(scope, id);
    props.trips.addMethod("POST", this.integration(), {
      ...props.access,
      operationName: "bookTrip",
      requestModels: { [JSON_TYPE]: this.model() },
      requestValidator: new RequestValidator(this, "Shape", { restApi: props.api, validateRequestBody: true }),
      methodResponses: [202, 400, 502].map((status) => methodResponse(status, props.corsOrigins)),
    });
  }

  private model() {
    const model = new CfnModel(this, "Request", {
      restApiId: this.props.api.restApiId,
      contentType: JSON_TYPE,
      name: "TripRequest",
      description: "Generated from the request type of the Rust code",
      schema: requestSchema(this.props.isProduction),
    });
    return Model.fromModelName(this, "RequestName", model.ref);
  }

  private integration(): AwsIntegration {
    const { admission } = this.props;
    return new AwsIntegration({
      service: "states",
      action: "StartSyncExecution",
      integrationHttpMethod: "POST",
      options: {
        credentialsRole: this.role(),
        // Anything but JSON is refused, never passed on as it is.
        passthroughBehavior: PassthroughBehavior.NEVER,
        requestTemplates: { [JSON_TYPE]: requestTemplate(admission.stateMachineArn) },
        integrationResponses: answers(this.props.corsOrigins),
      },
    });
  }

  private role(): Role {
    const { admission } = this.props;
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("apigateway.amazonaws.com"),
      description: "Admits bookings to Trip Saga",
    });
    const start = new PolicyStatement({ actions: ["states:StartSyncExecution"], resources: [admission.stateMachineArn] });
    role.attachInlinePolicy(new Policy(this, "Start", { statements: [start] }));
    return role;
  }
}

/**
 * Selected by StartSyncExecution's status; an answer in an unknown form counts as a failure. A
 * workflow that ended is status 200, however it ended: its template overrides the status where it
 * refuses.
 */
function answers(origins: readonly string[]): IntegrationResponse[] {
  const headers = { ...SECURITY_HEADERS, ...answerHeaders(origins) };
  return [
    {
      statusCode: "202",
      selectionPattern: "200",
      responseParameters: responseParameters(headers),
      responseTemplates: { [JSON_TYPE]: answerTemplate("booking-admitted", origins) },
    },
    {
      statusCode: "400",
      selectionPattern: "4\\d{2}",
      responseParameters: responseParameters({ ...headers, "Content-Type": PROBLEM }),
      responseTemplates: { [JSON_TYPE]: answerTemplate("booking-refused", origins) },
    },
    {
      statusCode: "502",
      responseParameters: responseParameters({ ...headers, "Content-Type": PROBLEM }),
      responseTemplates: { [JSON_TYPE]: answerTemplate("booking-failed", origins) },
    },
  ];
}

function methodResponse(status: number, origins: readonly string[]): MethodResponse {
  const site = origins.length === 0 ? [] : ["Access-Control-Allow-Origin", ...Object.keys(answerHeaders(origins))];
  const names = [...Object.keys(SECURITY_HEADERS), ...site, "Content-Type", "Location", "Retry-After", "traceparent", "X-Request-Id"];
  return { statusCode: String(status), responseParameters: declared(names) };
}
