package irqlab.protocol;

import irqlab.runtime.Codec;
import java.util.List;

/** The codecs of {@link LoadMessage}, see {@link ProtocolCodecs}. */
final class LoadCodecs {
  private LoadCodecs() {}

  static List<Codec<?>> all() {
    return List.of(
        new Codec<>(
            260,
            LoadMessage.Start.class,
            (m, out) -> {
              out.putLong(m.nowPs());
            },
            in -> new LoadMessage.Start(in.getLong())),
        new Codec<>(262, LoadMessage.Stop.class, (m, out) -> {}, in -> new LoadMessage.Stop()),
        new Codec<>(
            263,
            LoadMessage.Move.class,
            (m, out) -> {
              out.putInt(m.index());
            },
            in -> new LoadMessage.Move(in.getInt())),
        new Codec<>(
            261,
            LoadMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new LoadMessage.Alarm(in.getInt(), in.getLong())));
  }
}
