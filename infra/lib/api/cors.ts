// Which other sites' pages may call the API from a browser, as the local gateway offers it:
// nobody's but those of the named sites.
//
// API Gateway answers preflights; the routes and the functions behind it name the caller's site in
// their answers. Its own refusals cannot: their headers are fixed.

import { Duration } from "aws-cdk-lib";
import type { CorsOptions } from "aws-cdk-lib/aws-apigateway";
import { CORS } from "../runtime";

const ALLOW_ORIGIN = "Access-Control-Allow-Origin";
const EXPOSE_HEADERS = "Access-Control-Expose-Headers";

/** A site as browsers name it, such as `https://example.com`: they compare origins as texts. */
export function isOrigin(text: string): boolean {
  return /^https?:\/\/[a-z\d.:[\]-]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** What a preflight is told. No answer to another site names it. */
export function preflight(origins: readonly string[]): CorsOptions | undefined {
  if (origins.length === 0) return undefined;
  return {
    allowOrigins: [...origins],
    allowMethods: CORS.methods,
    allowHeaders: CORS.sent,
    maxAge: Duration.seconds(CORS.maxAgeSeconds),
    statusCode: 200,
  };
}

/** The headers of a route's own answers, whose template names the site. */
export function answerHeaders(origins: readonly string[]): Record<string, string> {
  return origins.length === 0 ? {} : { [EXPOSE_HEADERS]: CORS.read.join(","), Vary: "Origin" };
}

/**
 * The headers of API Gateway's own refusals, which can name one site. Where there are more, every
 * page may read them: they are fixed texts, and whoever can be refused can read them without a page.
 */
export function refusalHeaders([first, ...more]: readonly string[]): Record<string, string> {
  if (first === undefined) return {};
  return { [ALLOW_ORIGIN]: more.length === 0 ? first : "*", [EXPOSE_HEADERS]: CORS.read.join(",") };
}

/** The part of a template that names the caller's site. */
export function namesSite(origins: readonly string[]): string {
  if (origins.length === 0) return "## No page of another site may read the answer.";
  const isNamed = origins.map((origin) => `$site == '${origin}'`).join(" || ");
  return [
    "#set($site = '')",
    "#foreach($name in $input.params().header.keySet())",
    "#if($name.equalsIgnoreCase('Origin'))#set($site = $input.params().header.get($name))#end",
    "#end",
    `#if(${isNamed})#set($context.responseOverride.header.${ALLOW_ORIGIN} = $site)#end`,
  ].join("\n");
}
