#!/usr/bin/python3
"""Exports torchvision's networks as ONNX, with seeded random weights.

    bench/export_models.py OUT [NAME...]

NAME is any classifier of torchvision.models; by default the networks below.

Each becomes OUT/NAME/model.onnx with OUT/NAME/test_data_set_0/input_0.pb; when
onnxruntime-node is found (NODE_PATH, or installed in the build folder), also
output_0.pb, ONNX Runtime's answer, so that `megcc verify` can judge.

Trained weights can't be had offline; architectures, shapes and graphs are the
real ones. Needs Debian's python3-torch and python3-torchvision.
"""

import argparse
import pathlib
import sys
import warnings

import torch
import torchvision

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts/pylib"))
import onnx_files
import onnxruntime

NETWORKS = [
    "mobilenet_v2",
    "mobilenet_v3_small",
    "shufflenet_v2_x1_0",
    "squeezenet1_1",
    "efficientnet_b0",
    "mnasnet1_0",
    "resnet18",
    "resnet50",
    "densenet121",
    "vgg16",
    "vit_b_16",
    "convnext_tiny",
]


def network(name):
    """The network in inference mode. Batch norms get statistics, and parameters
    that start as a constant (zeroed heads, scales, biases) get values that do
    something, so that an error in handling them shows."""
    torch.manual_seed(0)
    net = getattr(torchvision.models, name)(weights=None).eval()
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    for parameter in net.parameters():
        if parameter.min() == parameter.max():
            parameter.data += torch.empty_like(parameter).uniform_(-0.3, 0.3)
    return net


def export(name, folder):
    """Writes model.onnx and test_data_set_0/input_0.pb into the folder."""
    net = network(name)
    image = torch.randn(1, 3, 224, 224, generator=torch.Generator().manual_seed(1))
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            image,
            str(folder / "model.onnx"),
            opset_version=13,
            input_names=["input"],
            output_names=["output"],
        )
    onnx_files.write_tensor(
        folder / "test_data_set_0" / "input_0.pb", image.numpy(), "input"
    )


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    args = parser.parse_args()
    unknown = set(args.names) - set(torchvision.models.list_models())
    if unknown:
        parser.error(f"torchvision.models has no {', '.join(sorted(unknown))}")
    judge = onnxruntime.find()
    for name in args.names or NETWORKS:
        folder = args.out / name
        export(name, folder)
        size = (folder / "model.onnx").stat().st_size
        print(f"{folder / 'model.onnx'}  {size / 2**20:.0f} MiB", flush=True)
        if judge:
            data_set = folder / "test_data_set_0"
            onnxruntime.answer(judge, folder / "model.onnx", data_set)


if __name__ == "__main__":
    main()
