"""The networks behind make_narrow.py: one function each, torchvision's own
classes where they take widths, else the same graph patterns written out."""

import dataclasses
from functools import partial

import torch
from torch import nn
from torch.nn import functional as F
from torchvision.models import (
    convnext,
    densenet,
    efficientnet,
    mobilenetv2,
    mobilenetv3,
    resnet,
    shufflenetv2,
    squeezenet,
    vision_transformer,
)
from torchvision.ops.misc import Conv2dNormActivation

NETWORKS = {}


@dataclasses.dataclass
class Network:
    """A network, what it is fed, and how it is exported."""

    net: nn.Module
    inputs: dict
    outputs: list = dataclasses.field(default_factory=lambda: ["output"])
    opset: int = 13
    initialisers_as_inputs: bool = False


def register(make):
    NETWORKS[make.__name__] = make
    return make


def image(height, width, channels=3):
    return {"image": torch.randn(1, channels, height, width)}


# Classification


@register
def mobilenet_v2():
    """Inverted residuals; Clip with attributes, as old exporters write it."""
    settings = [[1, 8, 1, 1], [6, 12, 2, 2], [6, 16, 2, 2]]
    net = mobilenetv2.MobileNetV2(10, 0.25, settings, round_nearest=4)
    last = net.features[-1][0].in_channels  # torchvision's last layer is wide
    net.features[-1] = Conv2dNormActivation(
        last, 40, kernel_size=1, activation_layer=nn.ReLU6
    )
    net.classifier[1] = nn.Linear(40, 10)
    return Network(net, image(35, 29), opset=9)


@register
def mobilenet_v3():
    """Squeeze-and-excitation, hard swish, 5x5 depthwise convolutions."""
    block = partial(mobilenetv3.InvertedResidualConfig, width_mult=1.0)
    settings = [
        block(8, 3, 8, 8, True, "RE", 2, 1),
        block(8, 3, 24, 12, False, "RE", 2, 1),
        block(12, 5, 24, 12, True, "HS", 2, 1),
        block(12, 5, 24, 12, True, "HS", 1, 1),
    ]
    net = mobilenetv3.MobileNetV3(settings, last_channel=16, num_classes=10)
    return Network(net, image(32, 28), opset=14)


@register
def shufflenet_v2():
    """Channel split and shuffle: slice, concat, transpose."""
    net = shufflenetv2.ShuffleNetV2([1, 2, 1], [8, 16, 24, 24, 24], num_classes=10)
    return Network(net, image(32, 32), opset=11)


@register
def squeezenet1_1():
    """Fire modules; pooling that rounds up."""
    fire = squeezenet.Fire
    net = nn.Sequential(
        nn.Conv2d(3, 12, 3, stride=2),
        nn.ReLU(),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        fire(12, 6, 12, 12),
        fire(24, 6, 12, 12),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        fire(24, 8, 16, 16),
        nn.Conv2d(32, 10, 1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )
    return Network(net, image(31, 34), opset=12)


@register
def efficientnet_b0():
    """Squeeze-and-excitation with swish (sigmoid, mul)."""
    settings = [
        efficientnet.MBConvConfig(1, 3, 1, 8, 8, 1, 1.0, 1.0),
        efficientnet.MBConvConfig(4, 3, 2, 8, 12, 2, 1.0, 1.0),
        efficientnet.MBConvConfig(2, 5, 2, 12, 12, 1, 1.0, 1.0),
    ]
    net = efficientnet.EfficientNet(settings, 0.0, num_classes=10)
    return Network(net, image(30, 30))


class ResNet(nn.Module):
    """torchvision's blocks, basic and bottleneck, with few channels."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 8, 7, 2, 3, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
        )

        def shortcut(inputs, outputs):
            return nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, 2, bias=False), nn.BatchNorm2d(outputs)
            )

        self.blocks = nn.Sequential(
            resnet.BasicBlock(8, 8),
            resnet.BasicBlock(8, 12, 2, shortcut(8, 12)),
            resnet.Bottleneck(12, 6, 2, shortcut(12, 24)),
            resnet.Bottleneck(24, 6),
        )
        self.classifier = nn.Linear(24, 10)

    def forward(self, x):
        x = self.blocks(self.stem(x))
        return self.classifier(F.adaptive_avg_pool2d(x, 1).flatten(1))


@register
def resnet18():
    """Residuals; initialisers that are graph inputs too."""
    return Network(ResNet(), image(37, 31), opset=8, initialisers_as_inputs=True)


@register
def resnext():
    """Grouped convolutions: of 8 and of 12 channels, whole vectors only together
    and not all of them; of 3, which never fill one; groups that shrink."""

    def grouped(inputs, outputs, groups, **options):
        conv = nn.Conv2d(inputs, outputs, groups=groups, bias=False, **options)
        return nn.Sequential(conv, nn.BatchNorm2d(outputs), nn.ReLU())

    net = nn.Sequential(
        nn.Conv2d(3, 40, 3, stride=2, padding=1),
        grouped(40, 40, 5, kernel_size=3, padding=1),
        nn.Conv2d(40, 36, 1),
        nn.Sigmoid(),
        grouped(36, 36, 3, kernel_size=3, stride=2, padding=1),
        nn.Conv2d(36, 24, 1),
        grouped(24, 24, 8, kernel_size=3, padding=2, dilation=2),
        grouped(24, 48, 3, kernel_size=1),
        grouped(48, 20, 2, kernel_size=(3, 1)),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(20, 10),
    )
    return Network(net, image(29, 35))


@register
def densenet121():
    """Concatenations of concatenations; batch norm before convolution."""
    net = densenet.DenseNet(4, (3, 3), 8, bn_size=2, num_classes=10)
    return Network(net, image(32, 32), opset=10)


@register
def vgg16():
    """Plain 3x3 convolutions and dense layers; a batch of two."""
    layers = []
    for inputs, outputs in [(3, 6), (6, 8), (8, 12)]:
        layers += [nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU()]
        layers += [nn.Conv2d(outputs, outputs, 3, padding=1), nn.ReLU()]
        layers += [nn.MaxPool2d(2)]
    layers += [nn.Flatten(), nn.Linear(12 * 9, 24), nn.ReLU(), nn.Linear(24, 10)]
    images = {"images": torch.randn(2, 3, 24, 24)}
    return Network(nn.Sequential(*layers), images, opset=7)


@register
def vit_b_16():
    """Patches, attention, layer norm, GELU."""
    net = vision_transformer.VisionTransformer(
        image_size=24,
        patch_size=6,
        num_layers=2,
        num_heads=2,
        hidden_dim=16,
        mlp_dim=24,
        num_classes=10,
    )
    return Network(net, image(24, 24))


@register
def convnext_tiny():
    """7x7 depthwise convolutions, layer norm over channels, GELU."""
    settings = [
        convnext.CNBlockConfig(8, 12, 1),
        convnext.CNBlockConfig(12, 16, 1),
        convnext.CNBlockConfig(16, None, 1),
    ]
    net = convnext.ConvNeXt(settings, num_classes=10)
    return Network(net, image(32, 40), opset=17)


class Quantised(nn.Module):
    """Int8 as QuantizeLinear and DequantizeLinear: activations per tensor
    (uint8), weights per channel (int8)."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(
            [
                nn.Conv2d(3, 8, 3, 2, 1),
                nn.Conv2d(8, 8, 3, 1, 1, groups=8),
                nn.Conv2d(8, 12, 1),
            ]
        )
        self.classifier = nn.Linear(12, 10)
        for layer in [*self.layers, self.classifier]:
            largest = layer.weight.data.abs().amax(tuple(range(1, layer.weight.dim())))
            layer.register_buffer("scale", largest / 127)
            layer.register_buffer("zero", torch.zeros(len(largest), dtype=torch.int32))

    @staticmethod
    def activation(x, scale, zero_point):
        return torch.fake_quantize_per_tensor_affine(x, scale, zero_point, 0, 255)

    @staticmethod
    def weight(layer):
        return torch.fake_quantize_per_channel_affine(
            layer.weight, layer.scale, layer.zero, 0, -128, 127
        )

    def forward(self, x):
        x = self.activation(x, 0.03, 128)
        for conv in self.layers:
            weight = self.weight(conv)
            x = F.conv2d(x, weight, conv.bias, conv.stride, conv.padding, groups=conv.groups)
            x = self.activation(F.relu(x), 0.01, 0)
        x = self.activation(x.mean((2, 3)), 0.004, 0)
        x = F.linear(x, self.weight(self.classifier), self.classifier.bias)
        return self.activation(x, 0.005, 120)


@register
def quantised():
    """An int8 network in QDQ form."""
    return Network(Quantised(), image(27, 25))


# Detection


class FaceDetector(nn.Module):
    """Heads at two scales, joined; boxes decoded against priors."""

    def __init__(self):
        super().__init__()

        def separable(inputs, outputs, stride):
            return nn.Sequential(
                nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False),
                nn.BatchNorm2d(inputs),
                nn.ReLU(),
                nn.Conv2d(inputs, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
            )

        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.ReLU())
        self.first = nn.Sequential(separable(8, 16, 2), separable(16, 16, 2))
        self.second = separable(16, 24, 2)
        self.scores = nn.ModuleList(
            [nn.Conv2d(16, 3 * 2, 3, padding=1), nn.Conv2d(24, 2 * 2, 3, padding=1)]
        )
        self.boxes = nn.ModuleList(
            [nn.Conv2d(16, 3 * 4, 3, padding=1), nn.Conv2d(24, 2 * 4, 3, padding=1)]
        )
        count = 3 * 4 * 5 + 2 * 2 * 3
        self.register_buffer("priors", torch.rand(1, count, 4) * 0.5 + 0.25)

    def forward(self, x):
        first = self.first(self.stem(x))
        maps = [first, self.second(first)]

        def joined(heads, width):
            parts = [
                head(m).permute(0, 2, 3, 1).reshape(1, -1, width)
                for head, m in zip(heads, maps)
            ]
            return torch.cat(parts, 1)

        offsets = joined(self.boxes, 4)
        centre = self.priors[..., :2] + offsets[..., :2] * 0.1 * self.priors[..., 2:]
        size = self.priors[..., 2:] * torch.exp(offsets[..., 2:] * 0.2)
        corners = torch.cat([centre - size / 2, centre + size / 2], 2)
        return joined(self.scores, 2).softmax(2), corners


@register
def face_detector():
    """Multi-scale heads, softmax, box decoding; two outputs."""
    net, inputs = FaceDetector(), image(32, 40)
    return Network(net, inputs, ["scores", "boxes"], opset=11)


class Yolo(nn.Module):
    """A backbone, a path back up, and a decoded grid."""

    def __init__(self):
        super().__init__()

        def block(inputs, outputs, stride, act):
            return nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
                nn.BatchNorm2d(outputs),
                act,
            )

        self.stem = block(3, 8, 2, nn.SiLU())
        self.down1 = block(8, 12, 2, nn.SiLU())
        self.down2 = block(12, 16, 2, nn.LeakyReLU(0.1))
        self.pools = nn.ModuleList([nn.MaxPool2d(k, 1, k // 2) for k in (3, 5)])
        self.join = nn.Conv2d(48 + 12, 12, 1)
        self.head = nn.Conv2d(12, 3 * 7, 1)
        self.register_buffer("anchors", torch.rand(3, 1, 1, 2) * 20 + 5)

    def forward(self, x):
        fine = self.down1(self.stem(x))
        coarse = self.down2(fine)
        coarse = torch.cat([coarse] + [pool(coarse) for pool in self.pools], 1)
        up = F.interpolate(coarse, scale_factor=2.0, mode="nearest")
        head = self.head(F.silu(self.join(torch.cat([up, fine], 1))))
        batch, _, height, width = head.shape
        head = head.view(batch, 3, 7, height, width).permute(0, 1, 3, 4, 2).sigmoid()
        rows = torch.arange(height).view(-1, 1).expand(height, width)
        columns = torch.arange(width).view(1, -1).expand(height, width)
        grid = torch.stack([columns, rows], 2).float()
        centre = (head[..., 0:2] * 2 - 0.5 + grid) * 4
        size = (head[..., 2:4] * 2) ** 2 * self.anchors
        return torch.cat([centre, size, head[..., 4:]], -1).view(batch, -1, 7)


@register
def yolo():
    """SiLU, spatial pyramid pooling, nearest upsampling, a decoded grid."""
    return Network(Yolo(), image(32, 24), opset=12)


# Images to images


class UNet(nn.Module):
    """Down, up by transposed convolution and by bilinear resize, with skips."""

    def __init__(self):
        super().__init__()

        def double(inputs, outputs):
            return nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, padding=1),
                nn.InstanceNorm2d(outputs, affine=True),
                nn.LeakyReLU(0.2),
                nn.Conv2d(outputs, outputs, 3, padding=1),
                nn.GroupNorm(2, outputs),
                nn.PReLU(outputs),
            )

        self.down = nn.ModuleList([double(3, 4), double(4, 8), double(8, 8)])
        self.up1 = nn.ConvTranspose2d(8, 8, 2, 2)
        self.after1 = double(16, 8)
        self.after2 = double(12, 4)
        self.classes = nn.Conv2d(4, 3, 1)

    def forward(self, x):
        fine = self.down[0](x)
        middle = self.down[1](F.max_pool2d(fine, 2))
        coarse = self.down[2](F.avg_pool2d(middle, 2))
        x = self.after1(torch.cat([self.up1(coarse), middle], 1))
        x = F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.classes(self.after2(torch.cat([x, fine], 1)))


@register
def unet():
    """Segmentation: ConvTranspose, Resize, instance and group norm, PReLU."""
    return Network(UNet(), image(24, 28), opset=13)


class DeepLab(nn.Module):
    """Dilated convolutions in parallel, global context, upsampling."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.Hardswish())
        self.rates = nn.ModuleList(
            [nn.Conv2d(8, 6, 3, padding=d, dilation=d) for d in (1, 2, 3)]
        )
        self.context = nn.Conv2d(8, 6, 1)
        self.classes = nn.Conv2d(24, 4, 1)

    def forward(self, x):
        size = x.shape[2:]
        x = self.stem(x)
        context = self.context(x.mean((2, 3), keepdim=True)).expand(-1, -1, *x.shape[2:])
        x = torch.cat([F.elu(conv(x)) for conv in self.rates] + [context], 1)
        x = F.interpolate(self.classes(x), size=size, mode="bilinear", align_corners=True)
        return x.argmax(1), x


@register
def deeplab():
    """Dilations, broadcast context, align_corners, ArgMax."""
    return Network(DeepLab(), image(26, 30), ["classes", "logits"], opset=11)


@register
def super_resolution():
    """DepthToSpace on a clipped image with reflected borders."""
    net = nn.Sequential(
        nn.ReflectionPad2d(2),
        nn.Conv2d(1, 12, 5),
        nn.Tanh(),
        nn.Conv2d(12, 8, 3, padding=1),
        nn.Softplus(),
        nn.Conv2d(8, 9, 3, padding=1),
        nn.PixelShuffle(3),
        nn.Hardtanh(0.0, 1.0),
    )
    return Network(net, image(22, 18, channels=1), opset=13)


# Sequences


class Recurrent(nn.Module):
    """A recurrent stack with a classifier on its last step."""

    def __init__(self, cell):
        super().__init__()
        self.cell = cell(10, 12, num_layers=2, bidirectional=True)
        self.classifier = nn.Linear(24, 5)

    def forward(self, x):
        sequence, _ = self.cell(x)
        return self.classifier(sequence[-1]).log_softmax(1), sequence


@register
def lstm():
    """Two bidirectional LSTM layers."""
    inputs = {"sequence": torch.randn(9, 2, 10)}
    return Network(Recurrent(nn.LSTM), inputs, ["classes", "states"], opset=14)


@register
def gru():
    """Two bidirectional GRU layers (linear before reset)."""
    inputs = {"sequence": torch.randn(7, 3, 10)}
    return Network(Recurrent(nn.GRU), inputs, ["classes", "states"], opset=9)


class Encoder(nn.Module):
    """Tokens in, sentence vectors out: embeddings, masked attention, pooling."""

    def __init__(self, width=18, heads=3, layers=2, vocabulary=60, length=12):
        super().__init__()
        self.heads = heads
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(length, width)
        self.layers = nn.ModuleList()
        for _ in range(layers):
            layer = {"query_key_value": nn.Linear(width, 3 * width)}
            layer |= {"out": nn.Linear(width, width)}
            layer |= {"norm1": nn.LayerNorm(width), "norm2": nn.LayerNorm(width)}
            layer |= {"up": nn.Linear(width, 32), "down": nn.Linear(32, width)}
            self.layers.append(nn.ModuleDict(layer))

    def attend(self, layer, x, bias):
        batch, length, width = x.shape
        split = layer["query_key_value"](x).view(batch, length, 3, self.heads, -1)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) / (width // self.heads) ** 0.5
        mixed = (scores + bias).softmax(-1) @ value
        return layer["out"](mixed.transpose(1, 2).reshape(batch, length, width))

    def forward(self, tokens, mask):
        position = torch.arange(tokens.shape[1]).unsqueeze(0)
        x = self.tokens(tokens) + self.positions(position)
        bias = (1.0 - mask[:, None, None, :].float()) * -10000.0
        for layer in self.layers:
            x = layer["norm1"](x + self.attend(layer, x, bias))
            x = layer["norm2"](x + layer["down"](F.gelu(layer["up"](x))))
        weight = mask.unsqueeze(-1).float()
        return (x * weight).sum(1) / weight.sum(1).clamp(min=1.0)


@register
def text_encoder():
    """A transformer on integer tokens with a mask."""
    mask = torch.ones(2, 12, dtype=torch.int64)
    mask[1, 8:] = 0
    inputs = {"tokens": torch.randint(0, 60, (2, 12)), "mask": mask}
    return Network(Encoder(), inputs, opset=14)


@register
def wavenet():
    """1-D dilated causal convolutions with gates."""

    class Gate(nn.Module):
        def __init__(self, dilation):
            super().__init__()
            self.dilation = dilation
            self.conv = nn.Conv1d(8, 16, 2, dilation=dilation)
            self.out = nn.Conv1d(8, 8, 1)

        def forward(self, x):
            filtered, gate = self.conv(F.pad(x, (self.dilation, 0))).chunk(2, 1)
            return x + self.out(filtered.tanh() * gate.sigmoid())

    net = nn.Sequential(
        nn.Conv1d(1, 8, 1), *(Gate(2**i) for i in range(4)), nn.Conv1d(8, 5, 1)
    )
    return Network(net, {"samples": torch.randn(1, 1, 50)}, opset=13)


@register
def video():
    """3-D convolution and pooling."""
    net = nn.Sequential(
        nn.Conv3d(2, 6, 3, padding=1),
        nn.BatchNorm3d(6),
        nn.ReLU(),
        nn.MaxPool3d(2),
        nn.Conv3d(6, 8, (1, 3, 3), stride=(1, 2, 2)),
        nn.AvgPool3d(2, 1),
        nn.Flatten(),
        nn.Linear(32, 4),
    )
    return Network(net, {"clip": torch.randn(1, 2, 6, 12, 14)})
