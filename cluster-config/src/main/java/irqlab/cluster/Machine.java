package irqlab.cluster;

import irqlab.live.Inspection;
import irqlab.runtime.Message;
import irqlab.topology.Topology;
import java.util.OptionalLong;

/**
 * A machine inside somebody else's program.
 *
 * <pre>
 * try (RunningMachine machine = Machine.of(Topology.parse(text)).startIn(system)) {
 *   machine.awaitBoot(Duration.ofSeconds(10));
 *   machine.external("fpga0").raise(0);
 * }
 * </pre>
 *
 * <p>It shares nothing with another machine, keeps nothing static, reads no configuration but what
 * is under {@code irqlab} in the host's, and ends nothing but what it began. It boots as a machine
 * does: devices may raise from {@link #bootedPs} on.
 */
public interface Machine extends AutoCloseable {
  /** A machine of this topology, to be completed and started. */
  static MachineSetup of(Topology topology) {
    return new MachineSetup(topology);
  }

  /** A machine in virtual time, driven by {@link VirtualMachine#advance}; needs no Akka. */
  static VirtualMachine onBoard(Topology topology) {
    return of(topology).onBoard();
  }

  /**
   * A host for a part of a machine, to be completed and started on a member of somebody's cluster;
   * {@link MachineSetup#startOver(akka.actor.typed.ActorSystem, String, java.util.List)} then
   * spreads the machine over its hosts.
   *
   * @param machine name of the machine, the same on all its hosts; machines of different names do
   *     not know each other
   * @param host name of this one, such as {@code node1}
   */
  static HostSetup host(String machine, String host) {
    return new HostSetup(machine, host);
  }

  /** What it is. */
  Topology topology();

  /** Machine time in picoseconds since its start. */
  long nowPs();

  /** When boot was over; empty before. */
  OptionalLong bootedPs();

  /**
   * The way in to a PCIe function.
   *
   * <p>Errors: {@link IllegalArgumentException} when the topology has none of this name.
   */
  default ExternalPort external(String endpoint) {
    if (topology().endpoint(endpoint).isEmpty()) {
      throw new IllegalArgumentException("endpoint=" + endpoint + " is not in this machine");
    }
    return new ExternalPort(this::send, "pcie/" + endpoint);
  }

  /**
   * Sends a component a message of the world outside, such as a command to a device.
   *
   * @param path as in {@link Topology#components}
   * @param message of the protocol of that component
   */
  void send(String path, Message message);

  /** What a component shows of itself now. */
  Inspection inspect(String path);

  /** Ends the machine, and nothing else. */
  @Override
  void close();
}
