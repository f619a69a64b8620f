package irqlab.wire;

import irqlab.runtime.Codec;
import irqlab.runtime.Codecs;
import irqlab.runtime.Message;
import irqlab.runtime.Mix;
import java.util.ArrayList;
import java.util.List;

/**
 * A message with where it came from, between nodes that keep their arrivals; without that, nobody
 * sends one.
 *
 * @param from component id of the sender
 * @param lane port or bus of the sender, in the order of first use
 * @param message what was sent; itself not traced
 */
public record Traced(int from, int lane, Message message) implements Message {
  /** The largest that there is, away from those of the machine's own messages. */
  static final int KIND = Codecs.KIND_MAX;

  /** Errors: {@link IllegalArgumentException} when the message is traced already. */
  public Traced {
    if (message instanceof Traced) {
      throw new IllegalArgumentException("from=" + from + ": it is traced already");
    }
  }

  /** These codecs and that of traced messages, which carry a message of these. */
  static Codecs with(Codecs plain) {
    List<Codec<?>> all = new ArrayList<>(plain.all());
    all.add(
        new Codec<>(
            KIND,
            Traced.class,
            (traced, out) -> {
              out.putInt(traced.from());
              out.putInt(traced.lane());
              out.putMessage(traced.message());
            },
            in -> new Traced(in.getInt(), in.getInt(), in.getMessage(plain))));
    return new Codecs(all);
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public long fold() {
    return Mix.chain(Mix.chain(message.fold(), from), lane);
  }

  @Override
  public long interruptId() {
    return message.interruptId();
  }
}
