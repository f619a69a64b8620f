package irqlab.cluster;

import irqlab.protocol.LoadMessage;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** The place of the world outside in a machine that somebody embeds: it notes the end of boot. */
final class Outside implements Component<LoadMessage> {
  static final String PATH = "load";

  /** Under which it shows when boot was over. */
  static final String STARTED = "started_ps";

  // Read by the host's threads.
  private volatile long bootedPs = -1;

  @Override
  public void on(LoadMessage message, Io<LoadMessage> io) {
    if (message instanceof LoadMessage.Start) {
      bootedPs = io.nowPs();
    }
  }

  long bootedPs() {
    return bootedPs;
  }

  @Override
  public void save(StateWriter out) {
    out.putLong(bootedPs);
  }

  @Override
  public void load(StateReader in) {
    bootedPs = in.getLong();
  }

  @Override
  public void inspect(Inspector out) {
    out.value(STARTED, bootedPs);
  }
}
