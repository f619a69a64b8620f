package irqlab.protocol;

import irqlab.runtime.Codec;
import java.util.List;

/** The codecs of {@link IoApicMessage}, see {@link ProtocolCodecs}. */
final class IoApicCodecs {
  private IoApicCodecs() {}

  static List<Codec<?>> all() {
    return List.of(
        new Codec<>(
            80,
            IoApicMessage.Line.class,
            (m, out) -> {
              out.putInt(m.pin());
              out.putBoolean(m.asserted());
              out.putInt(m.source());
              out.putLong(m.id());
              out.putLong(m.raisedPs());
            },
            in ->
                new IoApicMessage.Line(
                    in.getInt(), in.getBoolean(), in.getInt(), in.getLong(), in.getLong())),
        new Codec<>(
            81,
            IoApicMessage.Eoi.class,
            (m, out) -> {
              out.putInt(m.vector());
            },
            in -> new IoApicMessage.Eoi(in.getInt())),
        new Codec<>(
            82,
            IoApicMessage.RegisterWrite.class,
            (m, out) -> {
              out.putInt(m.offset());
              out.putInt(m.value());
            },
            in -> new IoApicMessage.RegisterWrite(in.getInt(), in.getInt())),
        new Codec<>(
            83,
            IoApicMessage.RegisterRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.offset());
            },
            in -> new IoApicMessage.RegisterRead(in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            84,
            IoApicMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new IoApicMessage.Alarm(in.getInt(), in.getLong())));
  }
}
