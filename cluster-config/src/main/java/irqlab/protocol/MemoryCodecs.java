package irqlab.protocol;

import irqlab.runtime.Codec;
import java.util.List;

/** The codecs of {@link MemoryMessage}, see {@link ProtocolCodecs}. */
final class MemoryCodecs {
  private MemoryCodecs() {}

  static List<Codec<?>> all() {
    return List.of(
        new Codec<>(
            160,
            MemoryMessage.Write.class,
            (m, out) -> {
              out.putLong(m.address());
              out.putLong(m.word());
            },
            in -> new MemoryMessage.Write(in.getLong(), in.getLong())),
        new Codec<>(
            161,
            MemoryMessage.CpuLine.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putLong(m.address());
            },
            in -> new MemoryMessage.CpuLine(in.getInt(), in.getInt(), in.getLong())),
        new Codec<>(
            162,
            MemoryMessage.DmaLine.class,
            (m, out) -> {
              out.putInt(m.requester());
              out.putInt(m.tag());
              out.putLong(m.address());
            },
            in -> new MemoryMessage.DmaLine(in.getInt(), in.getInt(), in.getLong())));
  }
}
