# 常用：make run（启动）、make test（装好测试所需并全部测试）、make check（提交前）。make help 看全部。
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE ?= 老板欠俺仨月工资咋办
# Where torch without a graphics card's parts comes from (200 MB instead of 3 GB); empty: the usual index.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
LOCAL := .venv-local-models

.PHONY: help install run test check fmt lint types knowledge pytest eval bench bench-wechat test-local-models clean

help:           ## 列出全部命令
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort

$(BIN)/gonghui: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新，请用 make PYTHON=python3.11 …"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(BIN)/gonghui
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

install: $(BIN)/gonghui  ## 建虚拟环境并安装

run: install    ## 建索引、启动服务、打印地址和一个示例答复
	$(BIN)/gonghui serve --sample '$(SAMPLE)'

test: $(VENV)/.dev  ## 装好测试需要的一切，再跑 make check
	@bash tests/install_system_packages.sh
	@$(MAKE) --no-print-directory check

check: $(VENV)/.dev lint types knowledge pytest eval  ## 提交前跑的全部检查

fmt: $(VENV)/.dev   ## 整理格式
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lint: $(VENV)/.dev
	$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

knowledge: $(VENV)/.dev  ## 检查知识文件
	$(BIN)/gonghui knowledge lint

pytest: $(VENV)/.dev
	$(BIN)/pytest -n 2 --dist loadfile

eval: $(VENV)/.dev  ## 评测：全部案例和门槛，不用语言模型（eval/README.md）
	$(BIN)/gonghui eval run --suite core

bench: $(VENV)/.dev  ## 测时间和内存：答一个问题和算一次向量的比值，每种计算的时间
	$(BIN)/python -m eval.bench

bench-wechat: $(VENV)/.dev  ## 测公众号：每秒 30 条时的答复时间、失败、拒绝的速度、标签炸弹、内存（ARGS="--messages 10000 --minutes 30" 是全量）
	$(BIN)/python -m eval.bench_wechat $(ARGS)

$(LOCAL)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(LOCAL)
	$(LOCAL)/bin/python -m pip install -q --disable-pip-version-check -c constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) torch
	$(LOCAL)/bin/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[sentence-transformers]' pytest
	@touch $@

test-local-models: $(LOCAL)/.ready  ## 另建一个虚拟环境装 sentence-transformers 和 torch（约 2 GB），测换上别的向量模型
	$(LOCAL)/bin/python -m pytest tests/test_local_models.py

clean:          ## 删掉虚拟环境和数据
	rm -rf $(VENV) $(LOCAL) var
