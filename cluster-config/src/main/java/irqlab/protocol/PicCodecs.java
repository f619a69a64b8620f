package irqlab.protocol;

import irqlab.runtime.Codec;
import java.util.List;

/** The codecs of {@link PicMessage}, see {@link ProtocolCodecs}. */
final class PicCodecs {
  private PicCodecs() {}

  static List<Codec<?>> all() {
    return List.of(
        new Codec<>(
            100,
            PicMessage.Line.class,
            (m, out) -> {
              out.putInt(m.line());
              out.putBoolean(m.asserted());
              out.putInt(m.source());
              out.putLong(m.id());
              out.putLong(m.raisedPs());
            },
            in ->
                new PicMessage.Line(
                    in.getInt(), in.getBoolean(), in.getInt(), in.getLong(), in.getLong())),
        new Codec<>(
            101,
            PicMessage.PortWrite.class,
            (m, out) -> {
              out.putInt(m.port());
              out.putInt(m.value());
            },
            in -> new PicMessage.PortWrite(in.getInt(), in.getInt())),
        new Codec<>(
            102,
            PicMessage.PortRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.port());
            },
            in -> new PicMessage.PortRead(in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            103,
            PicMessage.Inta.class,
            (m, out) -> {
              out.putInt(m.cpu());
            },
            in -> new PicMessage.Inta(in.getInt())));
  }
}
