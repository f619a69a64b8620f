package irqlab.cluster;

import akka.actor.typed.ActorSystem;
import irqlab.observe.Ledger;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A host that is not started. One owner. */
public final class HostSetup {
  private final String machine;
  private final String host;
  private final TreeMap<String, Supplier<?>> models = new TreeMap<>();
  private List<String> roles = ClusterSettings.ALL_ROLES;
  private Ledger.Recorder probe;

  HostSetup(String machine, String host) {
    this.machine = machine;
    this.host = host;
  }

  /** What it may host: {@code cpu}, {@code ioapic}, {@code pcie}; else anything. */
  public HostSetup roles(String... next) {
    for (String role : next) {
      if (!ClusterSettings.ALL_ROLES.contains(role)) {
        throw new IllegalArgumentException(
            "role=" + role + ": one of " + ClusterSettings.ALL_ROLES);
      }
    }
    roles = List.of(next);
    return this;
  }

  /**
   * Gives the model of a device of one's own, used when the PCIe function is placed here.
   *
   * @param name of the function
   * @param model makes an {@code irqlab.pcie.endpoint.EndpointModel}, a new one for each machine
   */
  public HostSetup endpoint(String name, Supplier<?> model) {
    models.put("pcie/" + name, model);
    return this;
  }

  /** Sees every raise, fate and mark of what is hosted here; many threads call it. */
  public HostSetup probe(Ledger.Recorder next) {
    probe = next;
    return this;
  }

  /**
   * Puts the host into this actor system, one actor, which may be a member of the cluster already
   * or become one later.
   *
   * <p>Errors: {@link ClusterException} when the system can be in no cluster.
   */
  public MachineHost startIn(ActorSystem<?> system) {
    Guests.check(system);
    return new MachineHost(system, machine, host, roles, new HostParts(models, probe, true));
  }
}
