package irqlab.cluster;

import irqlab.protocol.EndpointCommands;
import irqlab.protocol.EndpointMessage;
import irqlab.runtime.Message;
import java.util.function.BiConsumer;

/**
 * The way from the world outside to one PCIe function of a {@link Machine}. It only sends and never
 * waits; on a {@link RunningMachine} any thread may call, on a {@link VirtualMachine} its owner.
 */
public final class ExternalPort {
  private final BiConsumer<String, Message> machine;
  private final String path;

  ExternalPort(BiConsumer<String, Message> machine, String path) {
    this.machine = machine;
    this.path = path;
  }

  /** Raises at an entry of the function, now. */
  public void raise(int entry) {
    send(EndpointCommands.RAISE, entry, 0, 0);
  }

  /**
   * Raises at an entry.
   *
   * @param intendedPs when it was meant to be, machine time; latency counts from here
   */
  public void raise(int entry, long intendedPs) {
    send(EndpointCommands.RAISE, entry, intendedPs, 0);
  }

  /**
   * Writes a word to host memory, before whatever is raised after it; functions that are driven
   * from outside only.
   *
   * @param address multiple of 8
   */
  public void dmaWrite(long address, long word) {
    send(EndpointCommands.DMA_WRITE, 0, address, word);
  }

  private void send(int what, int entry, long a, long b) {
    machine.accept(path, new EndpointMessage.Command(what, entry, a, b, 0));
  }
}
