// What the archive of a function is built for: the processor in the header of its binary.

import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";
import { Architecture } from "aws-cdk-lib/aws-lambda";

const BOOTSTRAP = "bootstrap";
/** Signatures and places of fields. Source: PKWARE's APPNOTE, 4.3.7, 4.3.12 and 4.3.16. */
const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER = 0x02014b50;
const CENTRAL_HEADER_BYTES = 46;
const END_OF_DIRECTORY = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
const STORED = 0;

const ELF = Buffer.from("\x7fELF", "latin1");
/** Where an ELF header names the processor, `e_machine`. All that Lambda has are little-endian. */
const MACHINE_AT = 18;
/** EM_X86_64 and EM_AARCH64. Source: the System V ABI's registry of e_machine. */
const MACHINES: Readonly<Record<number, Architecture>> = { 62: Architecture.X86_64, 183: Architecture.ARM_64 };

/** The processor of the archive's `bootstrap`; undefined where it has none that Lambda runs. */
export function architectureOf(archive: string): Architecture | undefined {
  const binary = fileOf(readFileSync(archive), BOOTSTRAP);
  if (!binary?.subarray(0, ELF.length).equals(ELF) || binary.length < MACHINE_AT + 2) return undefined;
  return MACHINES[binary.readUInt16LE(MACHINE_AT)];
}

/** A file of an archive, found by the directory at its end. */
function fileOf(archive: Buffer, wanted: string): Buffer | undefined {
  const end = archive.lastIndexOf(END_OF_DIRECTORY);
  if (end < 0) return undefined;
  let at = archive.readUInt32LE(end + 16);
  while (archive.readUInt32LE(at) === CENTRAL_HEADER) {
    const [name, extra, comment] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field)) as [number, number, number];
    const start = at + CENTRAL_HEADER_BYTES;
    if (archive.toString("utf8", start, start + name) === wanted) return content(archive, at);
    at = start + name + extra + comment;
  }
  return undefined;
}

function content(archive: Buffer, directoryEntry: number): Buffer {
  const size = archive.readUInt32LE(directoryEntry + 20);
  const local = archive.readUInt32LE(directoryEntry + 42);
  const start = local + LOCAL_HEADER_BYTES + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const bytes = archive.subarray(start, start + size);
  return archive.readUInt16LE(directoryEntry + 10) === STORED ? bytes : inflateRawSync(bytes);
}
