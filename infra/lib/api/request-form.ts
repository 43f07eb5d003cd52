// A booking's canonical form, as a mapping template makes it: generated from the form that the Rust
// code describes.

import form from "../../generated/trip-request.form.json";

interface Member {
  readonly name: string;
  readonly optional?: boolean;
  readonly members?: readonly Member[];
  readonly is?: string;
  readonly in_capitals?: boolean;
  readonly rewrites?: readonly (readonly string[])[];
}

/** The body. A path is looked up in it once; a null or missing member is false in an #if. */
const BODY = "$body";
const MEMBERS: readonly Member[] = form.members;

/** Sets a variable for each member, to its canonical text as JSON inside JSON. */
export function readMembers(): string {
  return MEMBERS.flatMap((member) => read(member, [])).join("\n");
}

/** The canonical members of the input, each followed by a comma. The trip's id is already set. */
export function writeMembers(): string {
  const written = MEMBERS.map((member) => write(member, []));
  return written.map((text) => (text.endsWith("#end") ? text : `${text},`)).join("");
}

/** Sets $known to how many members the body has, counting each name once. */
export function countMembers(): string {
  const lines = objects(MEMBERS, []).map((path) => `#if(${place(path)})#set($known = $known + ${place(path)}.size())#end`);
  return [`#set($known = ${BODY}.size())`, ...lines].join("\n");
}

function objects(members: readonly Member[], parents: string[]): string[][] {
  return members.flatMap(({ name, members: inner }) => (inner ? [[...parents, name], ...objects(inner, [...parents, name])] : []));
}

function read(member: Member, parents: string[]): string[] {
  const path = [...parents, member.name];
  const lines = member.members?.flatMap((one) => read(one, path)) ?? readText(member, path);
  return member.optional ? [`#if(${place(path)})`, ...lines, "#end"] : lines;
}

function readText(member: Member, path: string[]): string[] {
  const isDigits = member.is === "digits";
  const capitals = member.in_capitals ? ".toUpperCase()" : "";
  const rewrites = (member.rewrites ?? []).map(([find, put]) => `.replaceAll('${find}', '${put}')`);
  return [
    `#set($text = ${place(path)}${isDigits ? ".toString()" : ""})`,
    ...(isDigits ? EXPANDED : []),
    `#set($${variable(path)} = ${escaped(escaped(`$text${capitals}${rewrites.join("")}`))})`,
  ];
}

/** A double of ten million or more prints as 1.2345678E7: writes its digits and the zeros that follow. */
const EXPANDED = [
  "#set($e = $text.indexOf('E'))",
  "#if($e > 0)",
  "#set($power = $text.substring($e).replaceAll('[^0-9]', ''))",
  "#set($digits = $text.substring(0, $e).replaceAll('[.]', '').concat('00000000000000'))",
  "#foreach($n in [1..14])",
  '#if($power == "$n")',
  "#set($length = $n + 1)",
  "#set($text = $digits.substring(0, $length))",
  "#end",
  "#end",
  "#end",
];

function write(member: Member, parents: string[]): string {
  const path = [...parents, member.name];
  if (!member.members) return writeText(path);
  if (member.optional) return writeOptional(member.members, path);
  return `${quoted(member.name)}:{${member.members.map((one) => write(one, path)).join(",")}}`;
}

function writeText(path: string[]): string {
  return `${quoted(path.at(-1) ?? "")}:${quoted("${" + variable(path) + "}")}`;
}

/** An object whose members may be missing; if all are, the object and its comma are missing too. */
function writeOptional(members: readonly Member[], path: string[]): string {
  const isSet = (one: Member) => `$${variable([...path, one.name])}`;
  const inner = members.map((one) => `#if(${isSet(one)})#if($comma),#end${write(one, path)}#set($comma = true)#end`);
  return `#if(${members.map(isSet).join(" || ")})${quoted(path.at(-1) ?? "")}:{${inner.join("")}},#end`;
}

function place(path: string[]): string {
  return [BODY, ...path].join(".");
}

function variable(path: string[]): string {
  return path.join("_");
}

/** As text in JSON. escapeJavaScript writes an apostrophe as \', which is not valid in JSON. */
function escaped(value: string): string {
  return `$util.escapeJavaScript(${value}).replaceAll("\\\\'", "'")`;
}

/** Between quotes inside a JSON text. */
function quoted(text: string): string {
  return `\\"${text}\\"`;
}
