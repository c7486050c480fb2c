import type * as X509 from '@peculiar/x509';

/**
 * Loads the X.509 library.
 *
 * Its registry (tsyringe) refuses to load without the metadata functions of a withdrawn decorator proposal, although
 * the library registers all its classes explicitly and stores no metadata. So functions that know of none are put
 * in place, unless a program brings its own. Loaded late: nodes behind plain HTTP need none of it.
 */
export async function loadX509(): Promise<typeof X509> {
  const none = (): undefined => undefined;
  for (const name of ['getMetadata', 'getOwnMetadata']) {
    if (!(name in Reflect)) {
      Object.defineProperty(Reflect, name, { value: none, configurable: true, writable: true });
    }
  }
  return import('@peculiar/x509');
}
