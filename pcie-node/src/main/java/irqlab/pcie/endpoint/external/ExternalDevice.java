package irqlab.pcie.endpoint.external;

import irqlab.observe.Counter;
import irqlab.pcie.endpoint.EndpointContext;
import irqlab.pcie.endpoint.EndpointModel;
import irqlab.protocol.EndpointCommands;
import irqlab.protocol.EndpointMessage;
import irqlab.runtime.Inspector;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;
import java.util.function.Consumer;

/**
 * The end of an external port inside the machine: it raises when it is told to by {@link
 * EndpointCommands#RAISE}, writes host memory by {@link EndpointCommands#DMA_WRITE}, and tells its
 * driver outside what software does.
 *
 * <pre>
 * BAR 0 + 8 * entry   read    raises of this entry since the last read; lets go of the wire
 *                     write   told outside, as a write anywhere else in the BAR
 * </pre>
 *
 * <p>The listener is called inside a reaction: it must not block, and nothing that it does may
 * change this machine but by messages. It is not saved: a machine that goes on from a checkpoint
 * gets another one. Reads of registers are answered inside the machine, since a read across an
 * actor would stop a core for as long as the actor likes.
 */
public final class ExternalDevice implements EndpointModel {
  private final long[] unserved;
  private final Consumer<? super ExternalEvent> listener;

  /**
   * A quiet device.
   *
   * @param entries how many it raises at
   * @param listener told what software does; {@code ref::tell} for an actor
   */
  public ExternalDevice(int entries, Consumer<? super ExternalEvent> listener) {
    this.unserved = new long[entries];
    this.listener = listener;
  }

  @Override
  public void mmioWrite(int offset, long value, EndpointContext context) {
    listener.accept(new ExternalEvent.Written(context.nowPs(), offset, value));
  }

  @Override
  public long mmioRead(int offset, EndpointContext context) {
    int entry = offset >>> 3;
    if ((offset & 7) != 0 || entry >= unserved.length) {
      context.count(Counter.BAD_ACCESS);
      return -1;
    }
    long raises = unserved[entry];
    unserved[entry] = 0;
    context.lower(entry);
    if (raises != 0) {
      listener.accept(new ExternalEvent.Served(context.nowPs(), entry, raises));
    }
    return raises;
  }

  @Override
  public void command(EndpointMessage.Command command, EndpointContext context) {
    int entry = command.entry();
    if (command.what() == EndpointCommands.RAISE && entry >= 0 && entry < unserved.length) {
      unserved[entry]++;
      context.raise(entry, command.a() == 0 ? context.nowPs() : command.a());
    } else if (command.what() == EndpointCommands.DMA_WRITE && (command.a() & 7) == 0) {
      context.dmaWrite(command.a(), command.b());
    } else if (command.what() != EndpointCommands.STOP_LOAD) {
      context.count(Counter.BAD_ACCESS);
    }
  }

  @Override
  public void alarm(int what, long data, EndpointContext context) {
    throw new IllegalStateException("alarm=" + what + ": this device sets none");
  }

  @Override
  public void save(StateWriter out) {
    out.putLongs(unserved);
  }

  @Override
  public void load(StateReader in) {
    System.arraycopy(in.getLongs(), 0, unserved, 0, unserved.length);
  }

  @Override
  public void inspect(Inspector out) {
    for (int entry = 0; entry < unserved.length; entry++) {
      out.value("unserved[" + entry + "]", unserved[entry]);
    }
  }
}
