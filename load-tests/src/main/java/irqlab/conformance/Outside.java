package irqlab.conformance;

import irqlab.observe.InterruptId;
import irqlab.protocol.LoadMessage;
import irqlab.runtime.Component;
import irqlab.runtime.Inspector;
import irqlab.runtime.Io;
import irqlab.runtime.StateReader;
import irqlab.runtime.StateWriter;

/** Whoever drives pins and writes messages in a script: a place in the machine to raise from. */
final class Outside implements Component<LoadMessage> {
  private final int id;
  private int raised;

  Outside(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }

  /** The name of a new raise. */
  long next() {
    return InterruptId.of(id, 0, ++raised);
  }

  @Override
  public void on(LoadMessage message, Io<LoadMessage> io) {
    throw new IllegalStateException("message=" + message + ": nobody writes to the outside");
  }

  @Override
  public void save(StateWriter out) {
    out.putInt(raised);
  }

  @Override
  public void load(StateReader in) {
    raised = in.getInt();
  }

  @Override
  public void inspect(Inspector out) {
    out.value("raised", raised);
  }
}
