package irqlab.protocol;

import irqlab.runtime.Codec;
import java.util.List;

/** The codecs of {@link KernelMessage}, see {@link ProtocolCodecs}. */
final class KernelCodecs {
  private KernelCodecs() {}

  static List<Codec<?>> all() {
    return List.of(
        new Codec<>(
            220,
            KernelMessage.Call.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.what());
              out.putLong(m.a());
              out.putLong(m.b());
              out.putLong(m.c());
              out.putLong(m.d());
            },
            in ->
                new KernelMessage.Call(
                    in.getInt(),
                    in.getInt(),
                    in.getInt(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong())),
        new Codec<>(
            221,
            KernelMessage.Order.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.a());
              out.putLong(m.b());
            },
            in -> new KernelMessage.Order(in.getInt(), in.getLong(), in.getLong())),
        new Codec<>(
            222,
            KernelMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new KernelMessage.Alarm(in.getInt(), in.getLong())));
  }
}
