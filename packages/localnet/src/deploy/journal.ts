/**
 * The journal of a deployment: what was sent and what came of it, written before the next thing happens. A deployment that was
 * interrupted anywhere continues from it without doing anything twice.
 */
import type { Executor, ExecuteParameters, SignedTransaction } from '@walrus-ts/chain';
import { errorMessage, fromBase64, isWalrusError, toBase64 } from '@walrus-ts/core';
import { z } from 'zod';
import { LocalnetError } from '../errors.js';
import { readFileIfExists, writeFileAtomically } from '../files.js';

const StepSchema = z.discriminatedUnion('state', [
  // Signed and perhaps sent.
  z.object({
    state: z.literal('sent'),
    digest: z.string(),
    transaction: z.string(),
    signature: z.string(),
  }),
  z.object({
    state: z.literal('done'),
    digest: z.string(),
    created: z.array(z.object({ objectId: z.string(), type: z.string() })),
  }),
]);

const ParametersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const JournalSchema = z.object({
  format: z.literal(1),
  rpcUrl: z.string(),
  chainId: z.string(),
  /** Address. */
  deployer: z.string(),
  parameters: ParametersSchema,
  /** Objects of the network; filled when all contracts are initialised. */
  network: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  steps: z.record(z.string(), StepSchema),
});

type JournalContents = z.infer<typeof JournalSchema>;

/** What a deployment is made with, as it is compared and written down. */
export type JournalParameters = z.infer<typeof ParametersSchema>;

/** What a finished step left. */
export interface StepResult {
  /** Base58. */
  readonly digest: string;
  readonly created: readonly { readonly objectId: string; readonly type: string }[];
}

/** Where a journal is kept. */
export interface JournalStore {
  /** Shown in messages. */
  readonly name: string;
  /** `undefined` if there is none yet. */
  load(): Promise<string | undefined>;
  /** Replaces the contents; durable when it returns. */
  save(text: string): Promise<void>;
}

/** Keeps a journal in a file. */
export function fileJournalStore(path: string): JournalStore {
  return {
    name: path,
    load: () => readFileIfExists(path),
    save: (text) => writeFileAtomically(path, text),
  };
}

/** Keeps a journal in memory: what is interrupted is lost. */
export function memoryJournalStore(): JournalStore {
  let contents: string | undefined;
  return {
    name: 'the deployment',
    load: () => Promise.resolve(contents),
    save(text) {
      contents = text;
      return Promise.resolve();
    },
  };
}

/** A deployment in progress. */
export interface DeployJournal {
  /**
   * Does a step once, in whatever run: a finished one gives what it left; one that was sent is looked up, and sent again only if the
   * chain does not know it.
   *
   * @param name - key of the step
   * @param parameters - of its transaction
   * @throws errors of the chain
   */
  step(name: string, executor: Executor, parameters: ExecuteParameters): Promise<StepResult>;
  /** Writes down the objects of the network. */
  finish(network: Readonly<Record<string, string | readonly string[]>>): Promise<void>;
}

/** What must not change between the runs of one deployment. */
export interface JournalFacts {
  readonly rpcUrl: string;
  readonly chainId: string;
  readonly deployer: string;
  readonly parameters: JournalParameters;
}

/** Failures after which the transaction certainly had no effect but the gas it used. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'CHAIN_OBJECT_STALE',
  'CHAIN_ABORTED',
  'CHAIN_INSUFFICIENT_FUNDS',
  'CHAIN_OUT_OF_GAS',
  'CHAIN_TRANSACTION_FAILED',
]);

function parseJournal(store: JournalStore, text: string): JournalContents {
  try {
    return JournalSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new LocalnetError('LOCALNET_NO_NETWORK', `${store.name} describes no deployment`, {
      cause,
      hint: 'put the file back, or choose another directory',
      data: { reason: errorMessage(cause) },
    });
  }
}

function check(store: JournalStore, known: JournalContents, facts: JournalFacts): void {
  if (known.chainId !== facts.chainId) {
    throw new LocalnetError(
      'LOCALNET_WRONG_CHAIN',
      `${store.name} is of chain ${known.chainId}, but ${facts.rpcUrl} is chain ${facts.chainId}`,
      { hint: `use ${known.rpcUrl}, or another directory` },
    );
  }
  const names = new Set([...Object.keys(known.parameters), ...Object.keys(facts.parameters)]);
  const values = (one: JournalFacts | JournalContents): [string, unknown][] => [
    ['deployer', one.deployer],
    ...[...names].map((name): [string, unknown] => [name, one.parameters[name] ?? 'none']),
  ];
  const wanted = new Map(values(facts));
  for (const [name, value] of values(known)) {
    if (wanted.get(name) === value) continue;
    throw new LocalnetError(
      'LOCALNET_SETTINGS_CHANGED',
      `${store.name} was begun with ${name} ${String(value)}, not ${String(wanted.get(name))}`,
      { hint: 'continue with the same values, or choose another directory' },
    );
  }
}

/**
 * Begins a deployment, or continues the one of a store.
 *
 * @throws LOCALNET_WRONG_CHAIN, LOCALNET_SETTINGS_CHANGED when it was begun otherwise; LOCALNET_NO_NETWORK
 */
export async function openJournal(
  store: JournalStore,
  facts: JournalFacts,
): Promise<DeployJournal> {
  const text = await store.load();
  const known = text === undefined ? undefined : parseJournal(store, text);
  if (known !== undefined) check(store, known, facts);
  const contents: JournalContents = {
    format: 1,
    ...known,
    ...facts,
    steps: { ...known?.steps },
  };
  let saving: Promise<void> = Promise.resolve();
  const save = (): Promise<void> => {
    const next = `${JSON.stringify(contents, null, 2)}\n`;
    // After a failed write nothing more is written: the order of the steps would be lost.
    saving = saving.then(() => store.save(next));
    return saving;
  };
  if (known === undefined) await save();

  const signedOf = (name: string): SignedTransaction | undefined => {
    const step = contents.steps[name];
    if (step?.state !== 'sent') return undefined;
    const { digest, transaction, signature } = step;
    return { digest, transaction: Uint8Array.from(fromBase64(transaction)), signature };
  };

  return {
    async step(name, executor, parameters) {
      const step = contents.steps[name];
      if (step?.state === 'done') return step;
      const done = async ({ digest, created }: StepResult): Promise<StepResult> => {
        contents.steps[name] = {
          state: 'done',
          digest,
          created: created.map(({ objectId, type }) => ({ objectId, type })),
        };
        await save();
        return { digest, created };
      };
      const signed = signedOf(name);
      if (signed !== undefined) {
        try {
          return await done(await executor.resume(signed));
        } catch (error) {
          if (!isWalrusError(error) || !WITHOUT_EFFECT.has(error.code)) throw error;
        }
      }
      return done(
        await executor.execute({
          ...parameters,
          onSigned: async ({ digest, transaction, signature }) => {
            contents.steps[name] = {
              state: 'sent',
              digest,
              transaction: toBase64(transaction),
              signature,
            };
            await save();
          },
        }),
      );
    },
    async finish(network) {
      const next = Object.fromEntries(
        Object.entries(network).map(([key, value]) => [
          key,
          typeof value === 'string' ? value : [...value],
        ]),
      );
      if (JSON.stringify(next) === JSON.stringify(contents.network)) return;
      contents.network = next;
      await save();
    },
  };
}
