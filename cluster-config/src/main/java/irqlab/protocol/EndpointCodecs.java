package irqlab.protocol;

import irqlab.runtime.Codec;
import java.util.List;

/** The codecs of {@link EndpointMessage}, see {@link ProtocolCodecs}. */
final class EndpointCodecs {
  private EndpointCodecs() {}

  static List<Codec<?>> all() {
    return List.of(
        new Codec<>(
            180,
            EndpointMessage.MmioWrite.class,
            (m, out) -> {
              out.putInt(m.offset());
              out.putLong(m.value());
            },
            in -> new EndpointMessage.MmioWrite(in.getInt(), in.getLong())),
        new Codec<>(
            181,
            EndpointMessage.MmioRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.offset());
            },
            in -> new EndpointMessage.MmioRead(in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            182,
            EndpointMessage.ConfigWrite.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.offset());
              out.putInt(m.sizeBytes());
              out.putInt(m.value());
            },
            in ->
                new EndpointMessage.ConfigWrite(
                    in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            183,
            EndpointMessage.ConfigRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.offset());
              out.putInt(m.sizeBytes());
            },
            in ->
                new EndpointMessage.ConfigRead(in.getInt(), in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            184,
            EndpointMessage.LineCompletion.class,
            (m, out) -> {
              out.putInt(m.tag());
              out.putLong(m.w0());
              out.putLong(m.w1());
              out.putLong(m.w2());
              out.putLong(m.w3());
              out.putLong(m.w4());
              out.putLong(m.w5());
              out.putLong(m.w6());
              out.putLong(m.w7());
            },
            in ->
                new EndpointMessage.LineCompletion(
                    in.getInt(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getLong())),
        new Codec<>(
            185,
            EndpointMessage.Command.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putInt(m.entry());
              out.putLong(m.a());
              out.putLong(m.b());
              out.putLong(m.c());
            },
            in ->
                new EndpointMessage.Command(
                    in.getInt(), in.getInt(), in.getLong(), in.getLong(), in.getLong())),
        new Codec<>(
            186,
            EndpointMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new EndpointMessage.Alarm(in.getInt(), in.getLong())),
        new Codec<>(
            187,
            EndpointMessage.UpdateFc.class,
            (m, out) -> {
              out.putInt(m.limit());
            },
            in -> new EndpointMessage.UpdateFc(in.getInt())));
  }
}
