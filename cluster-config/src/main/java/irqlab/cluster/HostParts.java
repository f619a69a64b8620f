package irqlab.cluster;

import irqlab.observe.Ledger;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a process gives to the part of a machine that it hosts.
 *
 * @param models devices of its own, by path
 * @param probe sees every fate of what is hosted here; or null
 * @param guest whether the actor system and the cluster are somebody else's
 */
record HostParts(Map<String, Supplier<?>> models, Ledger.Recorder probe, boolean guest) {
  /** Of a node that is a process of ours. */
  static final HostParts NONE = new HostParts(Map.of(), null, false);

  /** Copies the map. */
  HostParts {
    models = Map.copyOf(models);
  }
}
