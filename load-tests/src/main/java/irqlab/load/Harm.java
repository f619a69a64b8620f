package irqlab.load;

/** What is done to a node while a machine runs, and what must come of it. */
public enum Harm {
  /** SIGKILL. */
  KILL(End.LOSS),
  /** SIGSTOP, and SIGCONT long after the node counts as lost. */
  PAUSE(End.LOSS),
  /** Nothing reaches it any more: bytes vanish. */
  CUT(End.LOSS),
  /** The link to its network namespace goes down; needs root and iproute2. */
  NETWORK(End.LOSS),
  /** It runs for a tenth of the time: stopped and continued five times a second. */
  SLOW(End.EITHER),
  /** Nothing goes through for 3 s, and TCP brings it all later. */
  BLINK(End.NONE),
  /** Nothing goes through for 3 s, connections break, and what was on its way is gone. */
  BREAK(End.NONE),
  /** The link to its network namespace is down for 3 s; needs root and iproute2. */
  NETWORK_BLINK(End.NONE);

  /** Whether the run loses the node by it. */
  enum End {
    /** It does. */
    LOSS,
    /** It does not, and goes on. */
    NONE,
    /** Both are right. */
    EITHER
  }

  private final End end;

  Harm(End end) {
    this.end = end;
  }

  End end() {
    return end;
  }

  /** Whether the nodes run in network namespaces for it. */
  boolean network() {
    return this == NETWORK || this == NETWORK_BLINK;
  }
}
