/** What the client needs of a logger; pino fits. Facts first, then a constant message. */
export interface Logger {
  debug(facts: Readonly<Record<string, unknown>>, message: string): void;
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
}

/** A logger that says nothing. */
export const SILENT: Logger = {
  debug: () => undefined,
  warn: () => undefined,
};
