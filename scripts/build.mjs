// Usage: npm run build. Installs what is missing, then compiles kernels, TypeScript and contracts.
import { ensureBuilt, ensureInstalled } from './steps.mjs';

ensureInstalled();
ensureBuilt();
