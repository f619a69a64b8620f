package irqlab.protocol;

import irqlab.runtime.Codec;
import java.util.List;

/** The codecs of {@link RootComplexMessage}, see {@link ProtocolCodecs}. */
final class RootComplexCodecs {
  private RootComplexCodecs() {}

  static List<Codec<?>> all() {
    return List.of(
        new Codec<>(
            120,
            RootComplexMessage.MsiWrite.class,
            (m, out) -> {
              out.putLong(m.id());
              out.putLong(m.raisedPs());
              out.putLong(m.address());
              out.putInt(m.data());
              out.putInt(m.requester());
              out.putInt(m.attributes());
            },
            in ->
                new RootComplexMessage.MsiWrite(
                    in.getLong(),
                    in.getLong(),
                    in.getLong(),
                    in.getInt(),
                    in.getInt(),
                    in.getInt())),
        new Codec<>(
            121,
            RootComplexMessage.DmaWrite.class,
            (m, out) -> {
              out.putInt(m.requester());
              out.putLong(m.address());
              out.putLong(m.word());
              out.putInt(m.attributes());
            },
            in ->
                new RootComplexMessage.DmaWrite(
                    in.getInt(), in.getLong(), in.getLong(), in.getInt())),
        new Codec<>(
            122,
            RootComplexMessage.DmaRead.class,
            (m, out) -> {
              out.putInt(m.requester());
              out.putInt(m.tag());
              out.putLong(m.address());
            },
            in -> new RootComplexMessage.DmaRead(in.getInt(), in.getInt(), in.getLong())),
        new Codec<>(
            123,
            RootComplexMessage.CpuWrite.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putLong(m.address());
              out.putLong(m.value());
            },
            in -> new RootComplexMessage.CpuWrite(in.getInt(), in.getLong(), in.getLong())),
        new Codec<>(
            124,
            RootComplexMessage.CpuRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putLong(m.address());
            },
            in -> new RootComplexMessage.CpuRead(in.getInt(), in.getInt(), in.getLong())),
        new Codec<>(
            125,
            RootComplexMessage.ConfigWrite.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.bdf());
              out.putInt(m.offset());
              out.putInt(m.sizeBytes());
              out.putInt(m.value());
            },
            in ->
                new RootComplexMessage.ConfigWrite(
                    in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            126,
            RootComplexMessage.ConfigRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.bdf());
              out.putInt(m.offset());
              out.putInt(m.sizeBytes());
            },
            in ->
                new RootComplexMessage.ConfigRead(
                    in.getInt(), in.getInt(), in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            127,
            RootComplexMessage.PortWrite.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.port());
              out.putInt(m.value());
            },
            in ->
                new RootComplexMessage.PortWrite(
                    in.getInt(), in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            128,
            RootComplexMessage.PortRead.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putInt(m.port());
            },
            in -> new RootComplexMessage.PortRead(in.getInt(), in.getInt(), in.getInt())),
        new Codec<>(
            129,
            RootComplexMessage.ReadDone.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.tag());
              out.putLong(m.value());
            },
            in -> new RootComplexMessage.ReadDone(in.getInt(), in.getInt(), in.getLong())),
        new Codec<>(
            130,
            RootComplexMessage.LineDone.class,
            (m, out) -> {
              out.putInt(m.requester());
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
                new RootComplexMessage.LineDone(
                    in.getInt(),
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
            131,
            RootComplexMessage.Intx.class,
            (m, out) -> {
              out.putInt(m.requester());
              out.putInt(m.pin());
              out.putBoolean(m.asserted());
              out.putLong(m.id());
              out.putLong(m.raisedPs());
            },
            in ->
                new RootComplexMessage.Intx(
                    in.getInt(), in.getInt(), in.getBoolean(), in.getLong(), in.getLong())),
        new Codec<>(
            132,
            RootComplexMessage.DirectoryUpdate.class,
            (m, out) -> {
              out.putInt(m.cpu());
              out.putInt(m.apicId());
              out.putInt(m.logicalId());
              out.putByte(m.mode().code());
              out.putBoolean(m.cluster());
              out.putBoolean(m.enabled());
              out.putInt(m.priority());
            },
            in ->
                new RootComplexMessage.DirectoryUpdate(
                    in.getInt(),
                    in.getInt(),
                    in.getInt(),
                    ApicMode.read(in),
                    in.getBoolean(),
                    in.getBoolean(),
                    in.getInt())),
        new Codec<>(
            133,
            RootComplexMessage.Alarm.class,
            (m, out) -> {
              out.putInt(m.what());
              out.putLong(m.data());
            },
            in -> new RootComplexMessage.Alarm(in.getInt(), in.getLong())));
  }
}
