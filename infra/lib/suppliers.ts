// With whom production can book.

/**
 * Adapters of real suppliers, as saga/src/deps.rs makes them. While there is none, the saga's
 * functions refuse to start in production, so the pipeline ends before it.
 */
export const SUPPLIERS: readonly string[] = [];

export const NO_SUPPLIERS =
  "the pipeline ends before production, where the saga's functions would refuse to start: there is no adapter of a real supplier. " +
  "Make one in saga/src/deps.rs and name it in infra/lib/suppliers.ts";
