/** The bounded list of nodes that compete for shards, from economics.md section 6.1. */

import type { Candidate } from './apportionment.js';

/** Most nodes in the set. */
export const ACTIVE_SET_LIMIT = 150;

/** Nodes with stake; their order decides between equal quotients. */
export class ActiveSetModel {
  private nodes: Candidate[] = [];

  /** The nodes in order. */
  get candidates(): readonly Candidate[] {
    return this.nodes;
  }

  /**
   * Puts a node in with a new stake, changes its stake, or takes it out if it has none. A newcomer to a full
   * set replaces the first of the smallest nodes, if that is smaller.
   */
  refresh(nodeId: string, stake: bigint): void {
    if (stake === 0n) {
      const at = this.nodes.findIndex((node) => node.nodeId === nodeId);
      if (at === -1) return;
      // The last node moves into the gap.
      const last = this.nodes.pop();
      if (last !== undefined && at < this.nodes.length) this.nodes[at] = last;
      return;
    }
    if (this.change(nodeId, stake)) return;
    if (this.nodes.length < ACTIVE_SET_LIMIT) {
      this.nodes.push({ nodeId, stake });
      return;
    }
    const smallest = this.nodes.reduce((a, b) => (b.stake < a.stake ? b : a));
    if (smallest.stake < stake) this.nodes[this.nodes.indexOf(smallest)] = { nodeId, stake };
  }

  /** Changes the stake of a node that is in the set, even to nothing; tells whether it is. */
  change(nodeId: string, stake: bigint): boolean {
    const at = this.nodes.findIndex((node) => node.nodeId === nodeId);
    if (at === -1) return false;
    this.nodes[at] = { nodeId, stake };
    return true;
  }
}
