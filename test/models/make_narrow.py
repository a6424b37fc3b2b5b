#!/usr/bin/python3
"""Makes the narrow models of this folder: real architectures, few channels.

    make_narrow.py [NAME...]

Each becomes narrow/NAME/model.onnx with test_data_set_0, whose outputs are ONNX
Runtime's: the judge of the tests. Everything is committed, so this runs only
when a model changes or is added. Needs Debian's python3-torch and
python3-torchvision, and npm.
"""

import pathlib
import sys
import warnings

import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "scripts/pylib"))
import narrow_networks
import onnx_files
import onnxruntime


def randomise(net):
    """Values that do something in all that starts as a constant."""
    for module in net.modules():
        if isinstance(module, torch.nn.modules.batchnorm._BatchNorm):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    for parameter in net.parameters():
        if parameter.min() == parameter.max():
            parameter.data += torch.empty_like(parameter).uniform_(-0.3, 0.3)


def export(name, judge):
    torch.manual_seed(0)
    network = narrow_networks.NETWORKS[name]()
    net = network.net.eval()
    randomise(net)
    folder = HERE / "narrow" / name
    data = folder / "test_data_set_0"
    data.mkdir(parents=True, exist_ok=True)
    inputs = tuple(network.inputs.values())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            net,
            inputs,
            str(folder / "model.onnx"),
            opset_version=network.opset,
            input_names=list(network.inputs),
            output_names=network.outputs,
            keep_initializers_as_inputs=network.initialisers_as_inputs,
        )
    model = onnx_files.load_model(folder / "model.onnx")
    used = [value.name for value in onnx_files.real_inputs(model)]
    for index, used_name in enumerate(used):
        array = network.inputs[used_name].numpy()
        onnx_files.write_tensor(data / f"input_{index}.pb", array, used_name)
    onnxruntime.answer(judge, folder / "model.onnx", data)
    size = sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    print(f"{name}: {size / 1024:.0f} KiB, opset {network.opset}")


def main():
    judge = onnxruntime.find(install=True)
    for name in sys.argv[1:] or narrow_networks.NETWORKS:
        export(name, judge)


if __name__ == "__main__":
    main()
